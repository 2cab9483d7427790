import type { Page } from "@playwright/test";
import { paths } from "@/contract/paths";

export class SignInPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.goto(paths.signIn());
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.#page.getByLabel("E-mail").fill(email);
    await this.#page.getByLabel("Password").fill(password);
    await this.#page.getByRole("button", { name: "Sign in" }).click();
  }
}
