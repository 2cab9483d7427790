import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Nothing on the page as it is now keeps anybody from using it, as far as axe can tell, once it has loaded. */
export async function expectAccessible(page: Page): Promise<void> {
  await expect(page.getByRole("status", { name: /^Loading/ })).toHaveCount(0);
  await expectNoneFound(new AxeBuilder({ page }));
}

/** In the theme that the page is in, and again in the other, which differs in its colours alone. */
export async function expectAccessibleInBothThemes(page: Page): Promise<void> {
  await expectAccessible(page);
  const root = page.locator("html");
  const colorScheme = (await root.getAttribute("data-theme")) === "dark" ? "light" : "dark";
  await page.emulateMedia({ colorScheme });
  await expect(root).toHaveAttribute("data-theme", colorScheme);
  await expectNoneFound(new AxeBuilder({ page }).withRules("color-contrast"));
}

async function expectNoneFound(axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  expect(found).toEqual([]);
}
