import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

export type ShopMode = "Works" | "Declines" | "Errors" | "Does it, stays silent" | "Slow";

/** The demo shop: switches and ledger. */
export class DemoPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.demo());
    await expect(this.#page.getByRole("heading", { name: "Demo shop" })).toBeVisible();
  }

  /** `command`: `PaymentService.ProcessPayment`. Comes back when the shop has taken it. */
  async turn(command: string, mode: ShopMode): Promise<void> {
    const choice = this.#page.getByRole("group", { name: `How ${command} behaves` }).getByRole("radio", { name: mode });
    const taken = this.#page.waitForResponse((response) => response.request().method() === "PATCH" && response.ok());
    await choice.click();
    await taken;
    await expect(choice).toBeChecked();
  }

  get ledger(): Locator {
    return this.#page.getByRole("region", { name: "Ledger" });
  }

  balance(label: string): Locator {
    return this.#page.getByRole("term").filter({ hasText: label }).locator("+ dd");
  }
}
