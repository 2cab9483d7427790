import { expect, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

/** The list of saga types. */
export class SagasPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.sagas());
    await expect(this.#page.getByRole("heading", { name: "Sagas", exact: true })).toBeVisible();
  }

  /** Opens the form that starts a run of a saga's latest version. */
  async run(title: string): Promise<void> {
    await this.#page.getByRole("button", { name: `Run ${title}` }).click();
  }

  /** Opens what there is to know of how a saga begins that is only watched. */
  async seeHowItStarts(title: string): Promise<void> {
    await this.#page.getByRole("button", { name: `How it starts: ${title}` }).click();
  }

  /** Makes a saga with an empty canvas; answers its type. */
  async createBlank(title: string, style = "Orchestration"): Promise<string> {
    await this.#page.getByRole("button", { name: "New saga" }).first().click();
    await this.#page.getByRole("menuitem", { name: "Blank canvas" }).click();
    const dialog = this.#page.getByRole("dialog", { name: "New saga" });
    await dialog.getByLabel("Name").fill(title);
    const type = await dialog.getByLabel("Type").inputValue();
    await dialog.getByRole("radio", { name: style }).click();
    await dialog.getByRole("button", { name: "Create saga" }).click();
    return type;
  }
}
