import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

/** The message brokers, in the settings. */
export class BrokersPage {
  readonly #page: Page;
  readonly sheet: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.sheet = page.getByRole("dialog");
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.brokers());
    await expect(this.#page.getByRole("tab", { name: "Brokers", selected: true })).toBeVisible();
  }

  async beginNew(name: string, address: string): Promise<void> {
    await this.#page.getByRole("button", { name: "Register broker" }).first().click();
    await this.sheet.getByLabel("Name").fill(name);
    await this.sheet.getByLabel("Address", { exact: true }).fill(address);
  }

  async allowPrivate(): Promise<void> {
    await this.sheet.getByRole("checkbox", { name: /Allow private/ }).click();
  }

  /** Tries to connect, and reads what came of it. */
  async expectTested(words: string): Promise<void> {
    await this.sheet.getByRole("button", { name: "Test connection" }).click();
    await expect(this.sheet.getByRole("status")).toContainText(words);
  }

  async register(): Promise<void> {
    await this.sheet.getByRole("button", { name: "Register broker" }).click();
    await expect(this.sheet).toBeHidden();
  }

  row(name: string): Locator {
    return this.#page.getByRole("row").filter({ hasText: name });
  }
}
