// An answer -> "Was this helpful?". A "no" asks why, and is sent without a reason when somebody leaves before saying one:
// every "no" counts, and none counts twice.

const REASONS = ["not_my_question", "unclear", "incomplete", "outdated", "other"];

/**
 * @param {object} about `{ query_id, entry_id }`, whichever there are
 * @returns {{node: HTMLElement, leave: function(): void}} `leave` is to be called when the answer is no longer shown
 */
function feedbackBlock(panel, about) {
  const { texts } = panel.options;
  const node = element("section", { class: "block", "aria-label": texts.helpful });
  let unsent = false;

  const ask = () => {
    const button = (text, onclick) => element("button", { type: "button", class: "button", onclick }, text);
    node.replaceChildren(element("div", { class: "helpful" }, element("p", {}, texts.helpful), button(texts.yes, () => send({ helpful: true })), button(texts.no, why)));
  };

  const why = () => {
    unsent = true;
    const reason = (value) => element("label", { class: "choice" }, element("input", { type: "radio", name: "reason", value }), element("span", {}, texts[value]));
    const form = element("form", { onsubmit: (event) => (event.preventDefault(), send({ helpful: false, ...said(form) })) },
      element("fieldset", {}, element("legend", {}, texts.why), ...REASONS.map(reason)),
      element("label", { class: "field" }, texts.comment, element("textarea", { name: "comment", maxlength: "4000", rows: "3", dir: "auto", "aria-describedby": "comment-more" })),
      element("p", { class: "quiet", id: "comment-more" }, texts.comment_more),
      element("button", { class: "button main" }, texts.send));
    node.replaceChildren(form);
    form.querySelector("input").focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  };

  /** The fields that are filled in. */
  const said = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));

  const send = async (given) => {
    unsent = false;
    const told = element("p", { class: "told", tabindex: "-1" });
    try {
      await panel.server.feedback({ ...about, ...given });
      told.textContent = given.helpful ? texts.thanks : texts.thanks_no;
      node.replaceChildren(told);
      if (!given.helpful && panel.options.contact) node.append(contactBlock(panel));
    } catch (error) {
      unsent = !given.helpful;
      told.textContent = error.kind === "gone" ? texts.gone : texts.unsent;
      node.querySelector(".told")?.remove();
      node.append(told);
    }
    if (panel.isOpen && node.isConnected) told.focus();
  };

  const leave = () => {
    if (!unsent) return;
    unsent = false;
    ask();
    panel.server.feedback({ ...about, helpful: false }).catch(() => {}); // nobody is there any more to be told
  };

  ask();
  return { node, leave };
}
