// The rules about what a file imports: rooms, doors, and no circles.

import { posix } from "node:path";
import { doors, openModules, publicFace, rooms, testingRoom } from "../../src/layers.ts";
import { type Import, importsOf } from "./source-text.ts";
import { isWithin, type ReadFile, type Violation } from "./violation.ts";

const roomNames = rooms.map((room) => room.name);

/** The path an import of `file` leads to, from the root of the repository; undefined for packages and parts of Node. */
function targetOf(file: ReadFile, found: Import): string | undefined {
  return found.module.startsWith(".") ? posix.join(posix.dirname(file.path), found.module) : undefined;
}

/** Why `file` may not import the room `other`, or undefined when it may. */
function roomFault(file: ReadFile, other: string): string | undefined {
  if (!roomNames.includes(other) && other !== testingRoom.name) return `${other} is not a room: add it to src/layers.ts`;
  if (file.room === undefined) {
    const isFace = file.path === publicFace.path;
    if (isFace) return (publicFace.mayNotImport as readonly string[]).includes(other) ? `the public face may not import ${other}` : undefined;
    return `a file outside the rooms may not import ${other}`;
  }
  if (file.room === testingRoom.name) return (testingRoom.mayNotImport as readonly string[]).includes(other) ? `testing may not import ${other}` : undefined;
  if (other === testingRoom.name) return "only tests may import testing";
  const room = rooms.find(({ name }) => name === file.room);
  if (!room || other === file.room) return undefined;
  const allowed = room.mayImport === "all" ? roomNames : room.mayImport;
  return allowed.includes(other) ? undefined : `${file.room} may not import ${other} (it may import ${allowed.join(", ") || "no other room"})`;
}

export function checkRooms(file: ReadFile): readonly Violation[] {
  const violations: Violation[] = [];
  const report = (line: number, message: string): number => violations.push({ rule: "rooms", path: file.path, line, message });
  if (file.inSrc === undefined) return violations;
  if (file.room !== undefined && ![...roomNames, testingRoom.name].includes(file.room)) report(1, `${file.room} is not a room: add it to src/layers.ts`);
  if (file.isTest) return violations;
  for (const found of importsOf(file.source)) {
    const target = targetOf(file, found);
    if (target === undefined) continue;
    if (!target.startsWith("src/")) {
      report(found.line, `${found.module} lies outside src and is not in the published package`);
      continue;
    }
    const rest = target.slice("src/".length);
    const fault = rest.includes("/") ? roomFault(file, rest.slice(0, rest.indexOf("/"))) : file.room && `a room may not import ${target}`;
    if (fault) report(found.line, fault);
  }
  return violations;
}

/** `yaml/util` belongs to `yaml`, `node:fs/promises` to `node:fs`, `@a/b/c` to `@a/b`. */
const isPartOf = (imported: string, module: string): boolean => imported === module || imported.startsWith(`${module}/`);

export function checkDoors(file: ReadFile): readonly Violation[] {
  const { inSrc } = file;
  if (inSrc === undefined || file.isTest || file.room === testingRoom.name) return [];
  return importsOf(file.source).flatMap((found): readonly Violation[] => {
    const { module, line } = found;
    const report = (message: string): readonly Violation[] => [{ rule: "doors", path: file.path, line, message }];
    if (module.startsWith(".")) return [];
    // A type of Node's own opens nothing. A type of a package ties us to it, so it comes through the door as well.
    if (module.startsWith("node:") && found.typeOnly) return [];
    if (openModules.some((open) => isPartOf(module, open))) return [];
    const door = doors.find((candidate) => isPartOf(module, candidate.module));
    if (!door)
      return report(`${module} has no door: say in src/layers.ts who may import it${module.startsWith("node:") ? "" : " (parts of Node begin with node:)"}`);
    return isWithin(inSrc, door.opensTo) ? [] : report(`${module} may only be imported by ${door.opensTo.join(", ")}`);
  });
}

/** Circles of imports, each reported once, at its first file in the alphabet. Imports of types count. */
export function checkCircles(files: readonly ReadFile[]): readonly Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const circles: string[][] = [];

  function visit(path: string): void {
    const file = byPath.get(path);
    if (!file || state.get(path) === "done") return;
    if (state.get(path) === "open") {
      circles.push(trail.slice(trail.indexOf(path)));
      return;
    }
    state.set(path, "open");
    trail.push(path);
    for (const found of importsOf(file.source)) visit(targetOf(file, found) ?? "");
    trail.pop();
    state.set(path, "done");
  }

  for (const path of [...byPath.keys()].toSorted()) visit(path);
  return circles.map((circle) => {
    const path = circle.toSorted()[0] as string;
    return { rule: "acyclic", path, line: 1, message: `imports go in a circle: ${[...circle, circle[0]].join(" -> ")}` };
  });
}
