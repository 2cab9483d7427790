import type { Locator, Page } from "@playwright/test";

/** The form, made of a saga's input schema, that starts a run. */
export class StartDialog {
  readonly dialog: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: /^Run / });
  }

  /** Leaves the sample as it is, but for the fields given by their labels. */
  async start(fields: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.dialog.getByLabel(label).fill(value);
    await this.dialog.getByRole("button", { name: "Start" }).click();
  }
}
