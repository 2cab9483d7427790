import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

type Wanted = { readonly name: string; readonly address: string; readonly saga: string };

/** Who is told of runs, in the settings. */
export class SubscriptionsPage {
  readonly #page: Page;
  readonly sheet: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.sheet = page.getByRole("dialog");
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.settings());
    await this.#page.getByRole("tab", { name: "Subscriptions" }).click();
  }

  /** Its secret is shown then, this once. */
  async add({ name, address, saga }: Wanted): Promise<void> {
    await this.#page.getByRole("button", { name: "Add subscription" }).first().click();
    await this.sheet.getByLabel("Name").fill(name);
    await this.sheet.getByLabel("Address", { exact: true }).fill(address);
    await this.sheet.getByRole("checkbox", { name: /Allow private/ }).click();
    await this.sheet.getByLabel("Sagas").fill(saga);
    await this.sheet.getByRole("button", { name: "Add subscription" }).click();
    await expect(this.sheet.getByText("Signing secret")).toBeVisible();
  }

  async expectTested(words: string): Promise<void> {
    await this.sheet.getByRole("button", { name: "Send test event" }).click();
    await expect(this.sheet).toContainText(words);
  }

  async close(): Promise<void> {
    await this.sheet.getByRole("button", { name: "I have stored it" }).click();
    await expect(this.sheet).toBeHidden();
  }

  async openDeliveries(name: string): Promise<void> {
    await this.#page.getByRole("button", { name: `Deliveries of ${name}` }).click();
  }
}
