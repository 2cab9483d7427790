import { expect, type Locator, type Page } from "@playwright/test";
import { type DesignerPage, fillCommand } from "./designer-page";

type ReactionWords = {
  readonly id: string;
  readonly title: string;
  /** Either the command that it sends, or the event that it says. */
  readonly command?: string;
  readonly says?: string;
  readonly expect?: readonly string[];
};

/** Drawing a choreography: reactions, the events between them, and the choreography as a whole. */
export class ReactionsPage {
  readonly #page: Page;
  readonly #designer: DesignerPage;

  constructor(page: Page, designer: DesignerPage) {
    this.#page = page;
    this.#designer = designer;
  }

  get question(): Locator {
    return this.#page.getByRole("dialog", { name: /^(Which event|What sets off)/ });
  }

  /** Says which event is meant; by key. */
  async answer(event: string): Promise<void> {
    await this.question.getByLabel("Event", { exact: true }).fill(event);
    await this.#page.keyboard.press("Enter");
    await expect(this.question).toBeHidden();
  }

  async addFirst(event: string): Promise<void> {
    await this.#page.getByRole("button", { name: `React to ${event}` }).click();
    await this.#expectNew();
  }

  /** Pulls a line out of a card into the void: a new reaction to that event of it. */
  async pull(title: string, event: string): Promise<void> {
    await this.#designer.pullFrom(title);
    await this.answer(event);
    await this.#expectNew();
  }

  /** The same by key. */
  async addAfter(title: string, event: string): Promise<void> {
    await this.#focus(title);
    await this.#page.keyboard.press("a");
    await this.answer(event);
    await this.#expectNew();
  }

  async describe({ id, title, command, says, expect: events = [] }: ReactionWords): Promise<void> {
    const form = this.#designer.inspector;
    await this.#designer.name(id, title);
    if (command !== undefined) await fillCommand(form, command);
    if (says !== undefined) {
      await form.getByRole("radio", { name: "Says an event" }).click();
      await this.#designer.fill("Event", says);
    }
    for (const event of events) await this.addEvent("One of these comes of it", event);
  }

  /** Adds to a list of events, by key. */
  async addEvent(label: string, event: string): Promise<void> {
    const field = this.#designer.inspector.getByRole("combobox", { name: label });
    await field.fill(event);
    await field.press("Enter");
    await expect(this.#designer.inspector.getByRole("button", { name: `Remove ${event}` })).toBeVisible();
  }

  /** Chooses a reaction on the canvas by key, and opens the first part of its form. */
  async choose(title: string): Promise<void> {
    await this.#focus(title);
    await this.#page.keyboard.press("Enter");
    await expect(this.#designer.inspector.getByRole("heading", { name: title, level: 2 })).toBeVisible();
    await this.#designer.inspector.getByRole("tab", { name: /^Reaction/ }).click();
  }

  /** Gives the chosen reaction an undo. */
  async undoneBy(command: string, event: string): Promise<void> {
    const form = this.#designer.inspector;
    await form.getByRole("tab", { name: /^Undo/ }).click();
    await form.getByRole("button", { name: "Add an undo" }).click();
    await this.answer(event);
    await fillCommand(form, command);
  }

  /** Draws a line from one card to another. */
  async join(from: string, to: string): Promise<void> {
    await this.#designer.canvas.getByRole("button", { name: /Fit the graph into view$/ }).click();
    const source = this.#designer.step(from).locator(".react-flow__handle.source");
    await source.dragTo(this.#designer.step(to).locator(".react-flow__handle.target"));
  }

  async #focus(title: string): Promise<void> {
    await this.#page.getByRole("button", { name: /Fit the graph into view$/ }).click();
    await this.#designer.step(title).focus();
  }

  async #expectNew(): Promise<void> {
    await expect(this.#designer.inspector.getByRole("heading", { name: "New reaction" })).toBeVisible();
  }
}
