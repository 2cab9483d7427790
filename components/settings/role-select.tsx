"use client";
import { Select, type SelectProps } from "@/components/ui/select";
import type { Role } from "@/contract/common";

const roles = [
  { value: "viewer", label: "Viewer", hint: "sees everything" },
  { value: "operator", label: "Operator", hint: "and repairs runs" },
  { value: "designer", label: "Designer", hint: "and publishes sagas" },
  { value: "admin", label: "Admin", hint: "and services, people, keys" },
] as const satisfies readonly { value: Role; label: string; hint: string }[];

/** A role, each with what it adds to the one before it. */
export function RoleSelect(props: Omit<SelectProps<Role>, "options">) {
  return <Select options={roles} {...props} />;
}
