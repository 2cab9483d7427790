"use client";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "@/components/api/me";
import { Initials } from "@/components/ui/initials";
import { Tooltip } from "@/components/ui/tooltip";

const SHOWN = 4;

/** Who else has this draft open. */
export function Presence({ people }: { people: readonly { id: string; name: string }[] }) {
  const me = useQuery(meQuery).data;
  const others = people.filter((person) => person.id !== me?.id);
  if (others.length === 0) return null;
  const names = others.map((person) => person.name).join(", ");
  return (
    <Tooltip content={`Also here: ${names}`}>
      <ul aria-label={`Also here: ${names}`} className="flex -space-x-1.5">
        {others.slice(0, SHOWN).map((person) => (
          <li key={person.id}>
            <Initials name={person.name} labelled className="size-[26px] text-[10px]" />
          </li>
        ))}
        {others.length > SHOWN && (
          <li className="grid size-[26px] place-items-center rounded-full border bg-raised text-[10px] text-ink-2">
            +{others.length - SHOWN}
          </li>
        )}
      </ul>
    </Tooltip>
  );
}
