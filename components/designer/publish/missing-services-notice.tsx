"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { servicesQuery } from "@/components/api/services";
import { Button } from "@/components/ui/button";
import { plural } from "@/components/ui/format";
import { Notice } from "@/components/ui/notice";
import { paths } from "@/contract/paths";
import type { SagaDocument } from "@/engine/definition/document";
import { missingServices } from "./missing-services";

/** Warns of services that a version would call in vain. It can be published all the same: they may be registered later. */
export function MissingServicesNotice({ document }: { document: SagaDocument }) {
  const services = useQuery(servicesQuery).data;
  const missing = services ? missingServices(document, services) : [];
  if (missing.length === 0) return null;
  const [first] = missing;
  return (
    <Notice
      tone="attention"
      title={
        missing.length === 1 ? `${first} is not registered` : `${plural(missing.length, "service")} are not registered`
      }
      action={
        <Button asChild size="sm">
          <Link href={paths.services()}>Register…</Link>
        </Button>
      }
    >
      {missing.length === 1 ? "Its commands" : `${missing.join(", ")}: their commands`} fail until that is done, and the
      runs wait for a person.
    </Notice>
  );
}
