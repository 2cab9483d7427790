"use client";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useMay } from "@/components/api/use-role";
import { PageHeader } from "@/components/shell/page-header";
import { SubscriptionsTab } from "@/components/subscriptions/subscriptions-tab";
import { NoPermission } from "@/components/ui/error-state";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { AuditTab } from "./audit-tab";
import { BrokersTab } from "./brokers-tab";
import { KeysTab } from "./keys-tab";
import { PeopleTab } from "./people-tab";

const tabs = ["people", "keys", "brokers", "subscriptions", "audit"] as const;

/** People, API keys, message brokers, subscriptions and the audit log, for admins. */
export function SettingsScreen() {
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("people"));
  const admin = useMay("admin");
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title="Settings" />
      {admin ? (
        <Tabs
          value={tab}
          onValueChange={(next) => void setTab(next as (typeof tabs)[number])}
          className="flex-1 bg-panel"
        >
          <TabsList aria-label="Settings">
            <TabsTrigger value="people">People</TabsTrigger>
            <TabsTrigger value="keys">API keys</TabsTrigger>
            <TabsTrigger value="brokers">Brokers</TabsTrigger>
            <TabsTrigger value="subscriptions">Subscriptions</TabsTrigger>
            <TabsTrigger value="audit">Audit log</TabsTrigger>
          </TabsList>
          <TabsContent value="people" className="overflow-y-auto">
            <PeopleTab />
          </TabsContent>
          <TabsContent value="keys" className="overflow-y-auto">
            <KeysTab />
          </TabsContent>
          <TabsContent value="brokers" className="overflow-y-auto">
            <BrokersTab />
          </TabsContent>
          <TabsContent value="subscriptions" className="overflow-y-auto">
            <SubscriptionsTab />
          </TabsContent>
          <TabsContent value="audit" className="overflow-y-auto">
            <AuditTab />
          </TabsContent>
        </Tabs>
      ) : (
        <NoPermission what="change people, keys and brokers" needs="admin" />
      )}
    </div>
  );
}
