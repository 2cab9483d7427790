import { z } from "zod";
import { choreographyDocument, orchestrationDocument } from "./document";

export const definitionSchemaId = "/schema/saga-definition.json";

let cached: object | undefined;

/** JSON Schema (draft 2020-12) of a definition document, for editors and other tools; served at its `$id`. */
export function definitionJsonSchema(): object {
  cached ??= {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: definitionSchemaId,
    title: "Saga definition",
    ...z.toJSONSchema(z.union([orchestrationDocument, choreographyDocument]), {
      target: "draft-2020-12",
      io: "input",
      unrepresentable: "any",
    }),
  };
  return cached;
}
