const FIELDS = "input:not([type=hidden]):not([type=file]):not([readonly]):not([disabled]), textarea:not([disabled])";

/** When a dialog opens, the first thing to fill in gets the focus rather than the cross that closes it. */
export function focusFirstField(event: Event) {
  const field = event.currentTarget instanceof Element ? event.currentTarget.querySelector<HTMLElement>(FIELDS) : null;
  if (!field) return;
  event.preventDefault();
  field.focus();
}
