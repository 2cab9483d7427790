import {
  type APIRequestContext,
  type BrowserContextOptions,
  test as base,
  type PlaywrightWorkerArgs,
} from "@playwright/test";
import type { Role } from "@/contract/common";
import { api as root } from "@/contract/paths";
import { ApprovalsPage } from "../pages/approvals-page";
import { AttentionPage } from "../pages/attention-page";
import { DemoPage } from "../pages/demo-page";
import { DesignerPage } from "../pages/designer-page";
import { ReactionsPage } from "../pages/reactions-page";
import { RunPage } from "../pages/run-page";
import { RunsPage } from "../pages/runs-page";
import { SagasPage } from "../pages/sagas-page";
import { Api } from "./api";
import { installation } from "./installation";

type Cookies = Exclude<BrowserContextOptions["storageState"], string | undefined>;
type People = { readonly signIn: (role: Role) => Promise<Cookies> };

type TestFixtures = {
  readonly shopMended: undefined;
  readonly approvalsPage: ApprovalsPage;
  readonly attentionPage: AttentionPage;
  readonly demoPage: DemoPage;
  readonly designerPage: DesignerPage;
  readonly reactionsPage: ReactionsPage;
  readonly runPage: RunPage;
  readonly runsPage: RunsPage;
  readonly sagasPage: SagasPage;
};
type WorkerFixtures = { readonly api: Api; readonly people: People };

/** Tests begin signed in as the admin, with every command of the demo shop working. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  api: [
    async ({ playwright }, use, info) => {
      const request = await playwright.request.newContext({
        ...baseOf(info.project.use.baseURL),
        extraHTTPHeaders: { authorization: `Bearer ${installation.apiKey}` },
      });
      await use(new Api(request));
      await request.dispose();
    },
    { scope: "worker" },
  ],
  people: [
    async ({ playwright, api }, use, info) => {
      const known = new Map<Role, Promise<Cookies>>();
      const base = baseOf(info.project.use.baseURL);
      const signIn = (role: Role) => {
        const cookies = known.get(role) ?? enter({ playwright, api, base, role });
        known.set(role, cookies);
        return cookies;
      };
      await use({ signIn });
    },
    { scope: "worker" },
  ],
  storageState: async ({ people }, use) => use(await people.signIn("admin")),
  shopMended: [
    async ({ api }, use) => {
      await api.mendShop();
      await use(undefined);
    },
    { auto: true },
  ],
  approvalsPage: async ({ page }, use) => use(new ApprovalsPage(page)),
  attentionPage: async ({ page }, use) => use(new AttentionPage(page)),
  demoPage: async ({ page }, use) => use(new DemoPage(page)),
  designerPage: async ({ page }, use) => use(new DesignerPage(page)),
  reactionsPage: async ({ page, designerPage }, use) => use(new ReactionsPage(page, designerPage)),
  runPage: async ({ page }, use) => use(new RunPage(page)),
  runsPage: async ({ page }, use) => use(new RunsPage(page)),
  sagasPage: async ({ page }, use) => use(new SagasPage(page)),
});

const baseOf = (baseURL: string | undefined) => ({ baseURL: baseURL ?? "" });

type Entry = {
  readonly playwright: PlaywrightWorkerArgs["playwright"];
  readonly api: Api;
  readonly base: { readonly baseURL: string };
  readonly role: Role;
};

/** Signs the admin in; makes a person of any other role and signs them in by their link. */
async function enter({ playwright, api, base, role }: Entry): Promise<Cookies> {
  const request = await playwright.request.newContext({ ...base, extraHTTPHeaders: { origin: base.baseURL } });
  if (role === "admin") await post(request, "/api/auth/sign-in/email", installation);
  else {
    const person = { name: `Test ${role}`, email: `${role}-${Date.now()}@example.com` };
    const token = await api.invite({ ...person, role });
    await post(request, `${root}/setup`, { ...person, token, password: "a long enough password" });
  }
  const cookies = await request.storageState();
  await request.dispose();
  return cookies;
}

async function post(request: APIRequestContext, path: string, data: object): Promise<void> {
  const response = await request.post(path, { data });
  if (!response.ok()) throw new Error(`POST ${path} answered ${response.status()}: ${await response.text()}`);
}

export { expect } from "@playwright/test";
