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
    const choice = this.#page
      .getByRole("radiogroup", { name: `How ${command} behaves` })
      .getByRole("radio", { name: mode });
    await expect(choice).toBeVisible();
    const taken = this.#page.waitForResponse((response) => response.request().method() === "PATCH" && response.ok());
    await choice.click();
    await taken;
    await expect(choice).toBeChecked();
  }

  get ledger(): Locator {
    return this.#page.getByRole("region", { name: "Ledger" });
  }

  /** What the shop's services have in hand, line by line. */
  async balances(): Promise<readonly string[]> {
    const lines = this.#page.getByRole("definition");
    await expect(lines.first()).toBeVisible();
    return lines.allInnerTexts();
  }
}
