import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

/** The runs that wait for a person. */
export class AttentionPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.attention());
    await expect(this.#page.getByRole("heading", { name: "Attention", exact: true })).toBeVisible();
  }

  /** The row of a run, by its business key. */
  row(key: string): Locator {
    return this.#page.getByRole("listitem").filter({ has: this.#page.getByRole("link", { name: key }) });
  }

  async repair(key: string): Promise<void> {
    await this.row(key).getByRole("link", { name: "Repair…" }).click();
  }
}
