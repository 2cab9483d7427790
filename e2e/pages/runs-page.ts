import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

/** The list of runs. */
export class RunsPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(search = ""): Promise<void> {
    await this.#page.goto(`${paths.runs()}${search}`);
    await expect(this.#page.getByRole("heading", { name: "Runs", exact: true })).toBeVisible();
  }

  row(key: string): Locator {
    return this.#page.getByRole("row").filter({ has: this.#page.getByRole("link", { name: key }) });
  }
}
