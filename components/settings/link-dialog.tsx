import type { z } from "zod";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { formatDateTime } from "@/components/ui/format";
import { Secret } from "@/components/ui/secret";
import type { invited } from "@/contract/people";

/** A set-up link, shown once, to be handed over by the admin: no mail is sent. */
export function LinkDialog({ link, onClose }: { link: z.infer<typeof invited>; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title="Hand over this link"
        footer={
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <Secret
          label="Set-up link"
          value={link.url}
          what={`It works once, until ${formatDateTime(link.expiresAt)}. Whoever opens it sets the password.`}
        />
      </DialogContent>
    </Dialog>
  );
}
