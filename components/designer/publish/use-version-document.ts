"use client";
import { useQuery } from "@tanstack/react-query";
import { versionQuery } from "@/components/api/sagas";
import { asDocument } from "@/engine/definition/document";

/** A published version's document; null when there is no such version (number 0). */
export function useVersionDocument(type: string, number: number) {
  const query = useQuery({ ...versionQuery(type, number), enabled: number > 0 });
  return { ...query, document: number === 0 ? null : query.data && asDocument(query.data.document) };
}
