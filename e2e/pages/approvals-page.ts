import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

/** A person's inbox of decisions, and the sheet in which they decide. */
export class ApprovalsPage {
  readonly #page: Page;
  readonly sheet: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.sheet = page.getByRole("dialog");
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.approvals());
    await expect(this.#page.getByRole("heading", { level: 1, name: "Approvals" })).toBeVisible();
  }

  async showAll(): Promise<void> {
    await this.#page.getByRole("radio", { name: "All" }).click();
  }

  /** The row of what a run asks, by the run's business key. */
  row(key: string): Locator {
    return this.#page.getByRole("row").filter({ has: this.#page.getByRole("link", { name: key, exact: true }) });
  }

  /** Opens the sheet by the keyboard, as the row's button says. */
  async look(key: string): Promise<void> {
    const button = this.row(key).getByRole("button");
    await button.focus();
    await button.press("Enter");
    await expect(this.sheet).toBeVisible();
  }

  async decide(decision: "Approve" | "Reject"): Promise<void> {
    await this.sheet.getByRole("button", { name: decision }).click();
  }
}
