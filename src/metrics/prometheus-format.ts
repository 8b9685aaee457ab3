// Prometheus' text format, version 0.0.4: what metrics.prom and the endpoint of a running run have in common.

export type Labels = Readonly<Record<string, string>>;

export interface Family {
  readonly name: string;
  readonly help: string;
  /** What may go down is a gauge, which is also what is meant where nothing is said. */
  readonly type?: "counter" | "gauge";
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

/** The families that have samples, one sample a line. */
export const prometheusFormat = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type = "gauge", samples }) => [
      `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", " ")}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${numberText(value)}`),
    ])
    .concat("")
    .join("\n");

const labelText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`)
    .join(",")}}`;

const numberText = (value: number): string => (value === Infinity ? "+Inf" : String(Number(value.toPrecision(12))));
