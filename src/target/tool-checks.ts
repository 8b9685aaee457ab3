// Checks of the tools that a session or a response declares, and of the choice among them. A tool is flat: its name and
// parameters stand beside its type, not inside a `function`.

import type { FunctionTool, McpTool, ToolChoice } from "../protocol/session-config.ts";
import { connectors } from "../protocol/session-config.ts";
import type { Fault } from "./fault.ts";
import { fault, missing as missingFault } from "./fault.ts";
import type { Check, Checked } from "./field-checks.ts";
import { isObject, oneOf, wrongType } from "./field-checks.ts";

const functionKeys = ["type", "name", "description", "parameters"];
const mcpKeys = [
  "type",
  "server_label",
  "server_url",
  "tunnel_id",
  "connector_id",
  "authorization",
  "headers",
  "allowed_tools",
  "require_approval",
  "server_description",
  "defer_loading",
];
/** Assumed to be the one that function names have everywhere else in the API. */
const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;

const wrong = (code: string, path: string, message: string): Checked => ({ wrong: fault(code, path, message) });
const missing = (path: string): Checked => ({ wrong: missingFault(path) });

export const tools: Check = (value, path) => {
  if (value === null) return { keep: [] };
  if (!Array.isArray(value)) return wrongType(path, "an array", value);
  const names = new Set<string>();
  for (const [index, tool] of value.entries()) {
    const checked = checkTool(tool, `${path}[${index}]`, undefined);
    if ("wrong" in checked) return checked;
    const { type, name, server_label } = checked.keep as { type: string; name?: string; server_label?: string };
    const key = `${type} ${name ?? server_label}`;
    if (names.has(key)) return wrong("invalid_value", `${path}[${index}]`, `Invalid value: '${name ?? server_label}' is declared twice.`);
    names.add(key);
  }
  return { keep: value };
};

const checkTool: Check = (tool, path, current) => {
  if (!isObject(tool)) return wrongType(path, "an object", tool);
  if (tool["type"] === undefined) return missing(`${path}.type`);
  const isFunction = tool["type"] === "function";
  if (!isFunction && tool["type"] !== "mcp") return oneOf("function", "mcp")(tool["type"], `${path}.type`, current);
  const strange = Object.keys(tool).find((key) => !(isFunction ? functionKeys : mcpKeys).includes(key));
  if (strange !== undefined) return wrong("unknown_parameter", `${path}.${strange}`, `Unknown parameter: '${path}.${strange}'.`);
  return isFunction ? checkFunction(tool, path) : checkMcp(tool, path);
};

function checkFunction(tool: Readonly<Record<string, unknown>>, path: string): Checked {
  const { name, description, parameters } = tool;
  if (name === undefined) return missing(`${path}.name`);
  if (typeof name !== "string") return wrongType(`${path}.name`, "a string", name);
  if (!namePattern.test(name)) return wrong("invalid_value", `${path}.name`, `Invalid '${path}.name': expected a string that matches ${namePattern.source}.`);
  if (description !== undefined && typeof description !== "string") return wrongType(`${path}.description`, "a string", description);
  if (parameters !== undefined && !isObject(parameters)) return wrongType(`${path}.parameters`, "an object", parameters);
  return { keep: tool };
}

function checkMcp(tool: Readonly<Record<string, unknown>>, path: string): Checked {
  const { server_label, connector_id } = tool;
  if (server_label === undefined) return missing(`${path}.server_label`);
  if (typeof server_label !== "string") return wrongType(`${path}.server_label`, "a string", server_label);
  if (connector_id !== undefined) {
    const checked = oneOf(...connectors)(connector_id, `${path}.connector_id`, undefined);
    if ("wrong" in checked) return checked;
  }
  const places = ["server_url", "tunnel_id", "connector_id"].filter((key) => tool[key] !== undefined);
  return places.length > 0 ? { keep: tool } : missing(`${path}.server_url`);
}

export const toolChoice: Check = (value, path, current) => {
  if (!isObject(value)) return oneOf("none", "auto", "required")(value, path, current);
  const { type, name, server_label } = value;
  if (type !== "function" && type !== "mcp") return oneOf("function", "mcp")(type, `${path}.type`, current);
  const key = type === "function" ? "name" : "server_label";
  const named = type === "function" ? name : server_label;
  if (named === undefined) return missing(`${path}.${key}`);
  return typeof named === "string" ? { keep: value } : wrongType(`${path}.${key}`, "a string", named);
};

interface Declared {
  readonly tools: readonly (FunctionTool | McpTool)[];
  readonly tool_choice: ToolChoice;
}

/** A choice of a tool that is not declared. The code is assumed: no capture shows it. */
export function choiceFault({ tools, tool_choice }: Declared, path: string): Fault | undefined {
  if (typeof tool_choice === "string") return undefined;
  const isDeclared = tools.some((tool) =>
    tool_choice.type === "function"
      ? tool.type === "function" && tool.name === tool_choice.name
      : tool.type === "mcp" && tool.server_label === tool_choice.server_label,
  );
  const name = tool_choice.type === "function" ? tool_choice.name : tool_choice.server_label;
  return isDeclared ? undefined : fault("invalid_value", `${path}.tool_choice`, `Invalid value: tool choice '${name}' is not among the tools.`);
}
