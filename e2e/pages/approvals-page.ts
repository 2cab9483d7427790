import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

/** The inbox of decisions that runs wait for. */
export class ApprovalsPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.approvals());
    await expect(this.#page.getByRole("heading", { name: "Approvals", exact: true })).toBeVisible();
  }

  /** The row of a run, by its business key. */
  row(key: string): Locator {
    return this.#page.getByRole("row").filter({ has: this.#page.getByRole("link", { name: key }) });
  }

  /** Opens the side sheet in which a run's decision is made. */
  async decide(key: string): Promise<Locator> {
    await this.row(key)
      .getByRole("button", { name: /^Decide/ })
      .click();
    return this.#page.getByRole("dialog");
  }
}
