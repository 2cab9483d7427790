"use client";
import { useQuery } from "@tanstack/react-query";
import { hasRole, type Role } from "@/contract/common";
import { meQuery } from "./me";

/** Whether the person's role reaches `needed`. The server decides; this only keeps from offering what it would refuse. */
export function useMay(needed: Role): boolean {
  const { data } = useQuery(meQuery);
  return data ? hasRole(data.role, needed) : false;
}
