import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

/** One run: graph, inspector, log, operations. */
export class RunPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(id: string): Promise<void> {
    await this.#page.goto(paths.run(id));
  }

  /** The page header, where the state is said. */
  get header(): Locator {
    return this.#page
      .getByRole("main")
      .locator("header")
      .filter({ has: this.#page.getByRole("heading", { level: 1 }) });
  }

  async expectState(word: string): Promise<void> {
    await expect(this.header.getByText(word, { exact: true })).toBeVisible({ timeout: 20_000 });
  }

  get graph(): Locator {
    return this.#page.getByRole("region", { name: /^Graph of / });
  }

  /** Shows the whole graph: cards out of view are not there to be seen. */
  async showAll(): Promise<void> {
    await this.graph.getByRole("button", { name: /Fit the graph into view$/ }).click();
  }

  /** A step's card, by its title and what a screen reader says of it: `step("Process payment", "completed")`. */
  step(title: string, ...words: readonly string[]): Locator {
    const said = [title, ...words].map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
    return this.#page.getByRole("group", { name: new RegExp(`^${said}`, "i") });
  }

  get inspector(): Locator {
    return this.#page.getByRole("region", { name: "Inspector" });
  }

  operation(name: string | RegExp): Locator {
    return this.header.getByRole("button", { name });
  }

  get sheet(): OperationSheet {
    return new OperationSheet(this.#page);
  }

  /** The events that a choreography's run has heard. */
  async showHeard(): Promise<Locator> {
    await this.#page.getByRole("tab", { name: /^Heard/ }).click();
    return this.#page.getByRole("region", { name: "Events heard" });
  }

  async showEvents(): Promise<Locator> {
    await this.#page.getByRole("tab", { name: /^Events/ }).click();
    return this.#page.getByRole("region", { name: "Events" });
  }
}

/** The side sheet that shows what an operation would do, and does it. */
export class OperationSheet {
  readonly #page: Page;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.dialog = page.getByRole("dialog");
  }

  async confirm(options: { reason: string; button: string | RegExp }): Promise<void> {
    await this.dialog.getByLabel(/^Reason/).fill(options.reason);
    await this.dialog.getByRole("button", { name: options.button }).click();
    await expect(this.dialog).toBeHidden();
    await expect(this.#page.getByRole("main")).toBeVisible();
  }
}
