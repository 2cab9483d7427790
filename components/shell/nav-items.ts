import {
  Activity,
  Bell,
  ClipboardCheck,
  List,
  type LucideIcon,
  MailX,
  Server,
  ShoppingBag,
  Workflow,
} from "lucide-react";
import { paths } from "@/contract/paths";

export type NavItem = { label: string; href: string; icon: LucideIcon };

/** The places of the app, in the order an operator needs them. */
export const navItems = {
  overview: { label: "Overview", href: "/", icon: Activity },
  attention: { label: "Attention", href: paths.attention(), icon: Bell },
  runs: { label: "Runs", href: paths.runs(), icon: List },
  approvals: { label: "Approvals", href: paths.approvals(), icon: ClipboardCheck },
  sagas: { label: "Sagas", href: paths.sagas(), icon: Workflow },
  services: { label: "Services", href: paths.services(), icon: Server },
  deadLetters: { label: "Dead letters", href: paths.deadLetters(), icon: MailX },
  demo: { label: "Demo shop", href: paths.demo(), icon: ShoppingBag },
} as const satisfies Record<string, NavItem>;
