"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { demoQuery, flipSwitch } from "@/components/api/demo";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { belowTheNumbers, toast } from "@/components/ui/toaster";
import type { DemoSwitch } from "@/contract/demo";

const modes = [
  { value: "ok", label: "Works" },
  { value: "decline", label: "Declines" },
  { value: "error", label: "Errors" },
  { value: "timeout_after_effect", label: "Does it, stays silent" },
  { value: "slow", label: "Slow" },
] as const satisfies readonly { value: DemoSwitch["mode"]; label: string }[];

/** In the place of slowness, what only a service can do that lives by events: nobody waits for its answer. */
const forgetful = [...modes.slice(0, -1), { value: "forget", label: "Forgets" }] as const satisfies readonly {
  value: DemoSwitch["mode"];
  label: string;
}[];

const MS = 1_000;

/** How one command of the shop behaves from the next call on. */
export function SwitchRow({ control, disabled }: { control: DemoSwitch; disabled: boolean }) {
  const client = useQueryClient();
  const flip = useMutation({
    mutationFn: (change: Partial<Pick<DemoSwitch, "mode" | "times" | "delayMs">>) =>
      flipSwitch(control.service, control.command, { mode: control.mode, ...change }),
    onMutate: (change) =>
      client.setQueryData(
        demoQuery.queryKey,
        (shop) =>
          shop && {
            ...shop,
            switches: shop.switches.map((one) =>
              one.service === control.service && one.command === control.command ? { ...one, ...change } : one,
            ),
          },
      ),
    onError: (error) => toast.error("Not switched", { ...belowTheNumbers, description: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: demoQuery.queryKey }),
  });
  const name = `${control.service}.${control.command}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2 last:border-b-0">
      <code className="w-full truncate font-mono text-xs">{control.command}</code>
      <Segmented
        aria-label={`How ${name} behaves`}
        value={control.mode}
        options={control.command === "ReleaseInventory" ? forgetful : modes}
        disabled={disabled}
        onValueChange={(mode) => flip.mutate({ mode })}
      />
      <div className="flex items-center gap-2 text-ink-2 text-sm empty:hidden">
        {control.mode === "error" && (
          <>
            <NumberInput
              key={control.times}
              label={`How often ${name} errs`}
              value={control.times}
              max={1000}
              disabled={disabled}
              onCommit={(times) => flip.mutate({ times })}
            />
            times, then works
          </>
        )}
        {control.mode === "slow" && (
          <>
            <NumberInput
              key={control.delayMs}
              label={`Seconds ${name} takes`}
              value={control.delayMs / MS}
              max={120}
              disabled={disabled}
              onCommit={(seconds) => flip.mutate({ delayMs: Math.round(seconds * MS) })}
            />
            seconds
          </>
        )}
      </div>
    </li>
  );
}

type NumberInputProps = {
  label: string;
  value: number;
  max: number;
  disabled: boolean;
  onCommit: (value: number) => void;
};

/** Commits on Enter or when left; keyed by its value, so that it starts anew when the shop says another. */
function NumberInput({ label, value, max, disabled, onCommit }: NumberInputProps) {
  return (
    <Input
      type="number"
      aria-label={label}
      min={1}
      max={max}
      disabled={disabled}
      defaultValue={value}
      className="w-20"
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      onBlur={(event) => {
        const next = event.currentTarget.valueAsNumber;
        if (next >= 1 && next <= max && next !== value) onCommit(next);
      }}
    />
  );
}
