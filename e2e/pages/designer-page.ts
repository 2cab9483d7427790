import { expect, type Locator, type Page } from "@playwright/test";
import { paths } from "@/contract/paths";

type StepWords = {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  /** The command that undoes it; none: the step says that nothing can. */
  readonly undo?: string;
};

/** Drawing a saga: palette, canvas, inspector, problems and code, publishing. */
export class DesignerPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(type: string): Promise<void> {
    await this.#page.goto(paths.saga(type));
    await this.expectOpen(type);
  }

  async expectOpen(type: string): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1, name: type })).toBeVisible();
    await expect(this.canvas).toBeVisible();
  }

  get canvas(): Locator {
    return this.#page.getByRole("region", { name: /^(Steps|Reactions) of the draft$/ });
  }

  get inspector(): Locator {
    return this.#page.getByRole("region", { name: "Inspector" });
  }

  get dock(): Locator {
    return this.#page.getByRole("region", { name: "Problems and code" });
  }

  /** A step's card, by its title. */
  step(title: string): Locator {
    return this.canvas.getByRole("group", { name: new RegExp(`^${title}`) });
  }

  async addFirstStep(): Promise<void> {
    await this.#page.getByRole("button", { name: "Add the first step" }).click();
  }

  /** Pulls a line out of a card and lets go over nothing: the next step appears there, joined. */
  async pullNextStepFrom(title: string): Promise<void> {
    await this.pullFrom(title);
    await this.expectNewStep();
  }

  async pullFrom(title: string): Promise<void> {
    const handle = await centreOf(this.step(title).locator(".react-flow__handle.source"));
    await this.#page.mouse.move(handle.x, handle.y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(handle.x + 40, handle.y + 60, { steps: 4 });
    await this.#page.mouse.move(handle.x + 80, handle.y + 130, { steps: 8 });
    await this.#page.mouse.up();
  }

  /** The canvas moves to a step that was just added, and its form is open. */
  async expectNewStep(): Promise<void> {
    await expect(this.step("New step")).toBeVisible();
    await expect(this.inspector.getByRole("heading", { name: "New step" })).toBeVisible();
  }

  /** Adds a step by its kind's name in the palette: behind the step that is chosen, or on the edge. */
  async addStep(kind: string): Promise<void> {
    const search = this.#page.getByRole("searchbox", { name: "Add a step" });
    await search.fill(kind);
    await search.press("Enter");
    await expect(this.inspector.getByRole("tab", { name: new RegExp(`^${kind}`) })).toBeVisible();
  }

  /** Chooses a step on the canvas and opens its form, by key. */
  async openForm(title: string): Promise<void> {
    // A card that is out of view is not drawn.
    await this.#page.getByRole("button", { name: /Fit the graph into view$/ }).click();
    await this.step(title).focus();
    await this.#page.keyboard.press("Enter");
    await expect(this.inspector.getByRole("heading", { name: title })).toBeVisible();
    await expect(this.inspector.getByLabel("Title", { exact: true })).toBeFocused();
  }

  /** Names the chosen step. */
  async name(id: string, title: string): Promise<void> {
    await this.fill("Title", title);
    await this.fill("Id", id);
    await this.inspector.getByLabel("Id", { exact: true }).press("Enter");
    await expect(this.step(title)).toBeVisible();
  }

  /** Fills in a field of the form and leaves it. */
  async fill(label: string, text: string): Promise<void> {
    const field = this.inspector.getByLabel(label, { exact: true });
    await field.fill(text);
    await field.press("Tab");
  }

  /** Types an expression or a mapping in the place of what is there. */
  async write(label: string, text: string): Promise<void> {
    await this.inspector.getByRole("textbox", { name: label, exact: true }).focus();
    await this.#page.keyboard.press("ControlOrMeta+a");
    await this.#page.keyboard.insertText(text);
  }

  /** Takes one of a list, by key. */
  async choose(label: string, option: string): Promise<void> {
    await this.inspector.getByRole("combobox", { name: label, exact: true }).press("Enter");
    const item = this.#page.getByRole("option", { name: option, exact: true });
    await item.focus();
    await item.press("Enter");
    await expect(item).toBeHidden();
  }

  /** Names the command that undoes the chosen step. */
  async undoneBy(command: string): Promise<void> {
    await this.inspector.getByRole("tab", { name: /^Compensation/ }).click();
    // The problem above the form may offer the same remedy.
    await this.inspector.getByRole("button", { name: "Add compensation" }).last().click();
    await fillCommand(this.inspector, command);
  }

  /** Fills in the form of the chosen step. */
  async describe(step: StepWords): Promise<void> {
    const form = this.inspector;
    await form.getByRole("tab", { name: "Action" }).click();
    await fillCommand(form, step.command);
    await form.getByLabel("Title", { exact: true }).fill(step.title);
    await form.getByLabel("Id", { exact: true }).fill(step.id);
    await form.getByLabel("Id", { exact: true }).press("Enter");
    if (step.undo === undefined) {
      await form.getByRole("radiogroup", { name: "Class" }).getByRole("radio", { name: "Irreversible" }).click();
      return;
    }
    await this.undoneBy(step.undo);
  }

  async showProblems(): Promise<Locator> {
    await this.dock.getByRole("tab", { name: /^Problems/ }).click();
    return this.dock.getByRole("tabpanel", { name: /^Problems/ });
  }

  async showCode(): Promise<Locator> {
    await this.dock.getByRole("tab", { name: "Code" }).click();
    return this.dock.getByRole("textbox", { name: "Definition as code" });
  }

  async expectSaved(): Promise<void> {
    await expect(this.#page.getByRole("main").getByText(/^Saved/)).toBeVisible();
  }

  async publish(version: number, note: string): Promise<void> {
    await this.#page.getByRole("button", { name: `Publish v${version}…` }).click();
    const dialog = this.#page.getByRole("dialog", { name: `Publish v${version}` });
    await dialog.getByLabel("Note").fill(note);
    await dialog.getByRole("button", { name: `Publish v${version}` }).click();
    await expect(dialog).toBeHidden();
    await expect(this.#page.getByText(`v${version} is published`)).toBeVisible();
  }

  async run(version: number): Promise<void> {
    await this.#page.getByRole("button", { name: `Run v${version}…` }).click();
  }
}

/** Fills in the command of the part of the form that is shown. */
export async function fillCommand(form: Locator, command: string): Promise<void> {
  const field = form.getByRole("combobox", { name: "Command" });
  await field.fill(command);
  await field.press("Tab");
}

async function centreOf(locator: Locator): Promise<{ x: number; y: number }> {
  await expect(locator).toBeVisible();
  const box = await locator.boundingBox();
  if (!box) throw new Error("It has no place on the page");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
