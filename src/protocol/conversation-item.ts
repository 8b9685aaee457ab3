// Items of a conversation. Content inside items is `output_text` and `output_audio`; the *parts* of a streaming response
// are `text` and `audio` (ContentPart). Mixing the two breaks clients that check.

export type ItemStatus = "completed" | "incomplete" | "in_progress";

export type UserContent =
  | { readonly type: "input_text"; readonly text: string }
  /** The key `transcript` must be there even when nothing was transcribed. */
  | { readonly type: "input_audio"; readonly transcript: string | null; readonly audio?: string | null };

export type AssistantContent =
  | { readonly type: "output_text"; readonly text: string }
  | { readonly type: "output_audio"; readonly transcript: string | null; readonly audio?: string | null };

interface ItemBase {
  readonly id: string;
  readonly object: "realtime.item";
  readonly status: ItemStatus;
}

export type MessageItem = ItemBase & { readonly type: "message" } & (
    | { readonly role: "user"; readonly content: readonly UserContent[] }
    | { readonly role: "system"; readonly content: readonly { readonly type: "input_text"; readonly text: string }[] }
    | { readonly role: "assistant"; readonly content: readonly AssistantContent[] }
  );

export type FunctionCallItem = ItemBase & { readonly type: "function_call"; readonly name: string; readonly call_id: string; readonly arguments: string };
export type FunctionCallOutputItem = ItemBase & { readonly type: "function_call_output"; readonly call_id: string; readonly output: string };

export type ConversationItem = MessageItem | FunctionCallItem | FunctionCallOutputItem;

export type ContentPart = { readonly type: "audio"; readonly transcript: string } | { readonly type: "text"; readonly text: string };
