"use client";
import { useEffect, useSyncExternalStore } from "react";
import { useStored } from "@/components/ui/use-stored";

export type ThemeChoice = "system" | "light" | "dark";

const query = "(prefers-color-scheme: dark)";

const subscribe = (listener: () => void) => {
  const media = matchMedia(query);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
};

/** What the person chose, what that means now, and how to choose. The key is the one public/theme.js reads. */
export function useTheme(): {
  choice: ThemeChoice;
  theme: "light" | "dark";
  choose: (choice: ThemeChoice) => void;
} {
  const [stored, choose] = useStored("theme", "system");
  const systemDark = useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => false,
  );
  const choice: ThemeChoice = stored === "light" || stored === "dark" ? stored : "system";
  const theme = choice === "dark" || (choice === "system" && systemDark) ? "dark" : "light";
  return { choice, theme, choose };
}

/** Once in the app: keeps `data-theme` on <html> true to the choice and to the system's changes. */
export function ThemeSync() {
  const { theme } = useTheme();
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return null;
}
