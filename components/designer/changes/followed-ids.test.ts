import { describe, expect, test } from "vitest";
import type { ReactionDocument, SagaDocument } from "@/engine/definition/document";
import { choreographed } from "../testing";
import { applyChange } from "./apply-change";
import { followedIds } from "./followed-ids";

const draft = (...reactions: ReactionDocument[]): SagaDocument => ({ ...choreographed, reactions });
const begun = { id: "new_reaction", on: "OrderCreated", send: "" };
const renamed = (reaction: ReactionDocument, ...others: ReactionDocument[]) =>
  followedIds(draft(reaction, ...others), reaction.id).map(({ to }) => to);

describe("an id that was given by nobody", () => {
  test.each<[string, ReactionDocument, string]>([
    ["follows the command", { ...begun, send: "PackService.PackParcel" }, "pack_parcel"],
    ["follows the title before the command", { ...begun, title: "Pack it", send: "PackService.Pack" }, "pack_it"],
    ["follows from command to title", { ...begun, id: "pack", title: "Wrap", send: "PackService.Pack" }, "wrap"],
    ["follows the event that is said", { id: "new_event", on: "A", emit: "Done" }, "say_done"],
    ["counts on", { ...begun, id: "new_reaction_2", title: "Pack" }, "pack"],
  ])("%s", (_, reaction, id) => expect(renamed(reaction)).toEqual([id]));

  test("gives way to one that is taken, and then stays", () => {
    const taken = { id: "pack", on: "A", send: "S.Pack" };
    expect(renamed({ ...begun, title: "Pack" }, taken)).toEqual(["pack_2"]);
    expect(renamed({ ...begun, id: "pack_2", title: "Pack" }, taken)).toEqual([]);
  });

  test("rests on a title that ends in a number; its undo goes along", () => {
    const route = { ...begun, id: "route_66", title: "Route 66" };
    expect(renamed(route)).toEqual([]);
    const undo = { id: "undo_trip", on: "Broke", send: "", undoes: "trip" };
    expect(renamed({ ...route, id: "trip", title: "Way", send: "S.Trip" }, undo)).toEqual(["way", "undo_way"]);
  });

  test("takes the id of its undo along", () => {
    const undo = { id: "undo_new_reaction", on: "Broke", send: "", undoes: "new_reaction" };
    const document = draft({ ...begun, title: "Pack" }, undo);
    const after = followedIds(document, "new_reaction").reduce(
      (now, renaming) => applyChange(now, { type: "rename-step", ...renaming }),
      document,
    );
    expect(after.reactions?.map(({ id, undoes }) => [id, undoes])).toEqual([
      ["pack", undefined],
      ["undo_pack", "pack"],
    ]);
  });
});

test("an id that was given by hand stays, and so does one with nothing to follow", () => {
  expect(renamed({ ...begun, id: "mine", title: "Pack" })).toEqual([]);
  expect(renamed(begun)).toEqual([]);
  expect(followedIds(draft(begun), "nobody")).toEqual([]);
});
