import {
  builderCode,
  type Choice,
  type Driver,
  databricksCluster,
  dataprocJob,
  defaultsFile,
  emrCluster,
  operatorYaml,
  type SizingRequest,
  settingsOf,
  submitLine,
} from "../../sizing/index.ts"

/** Writes the settings of one layout in a form that something else reads. */
export interface Writer {
  /** The only manager that the form is for. */
  readonly manager?: SizingRequest["manager"]
  readonly write: (choice: Choice, driver: Driver, request: SizingRequest) => string
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

/** By the name of the format. */
export const writers: Readonly<Record<string, Writer>> = {
  conf: { write: (...of) => defaultsFile(settingsOf(...of)) },
  submit: { write: (choice, driver, request) => `${submitLine(settingsOf(choice, driver, request), request)}\n` },
  python: { write: (...of) => builderCode(settingsOf(...of)) },
  databricks: { manager: "standalone", write: (...of) => json(databricksCluster(...of)) },
  emr: { manager: "yarn", write: (...of) => json(emrCluster(...of)) },
  dataproc: { manager: "yarn", write: (...of) => json(dataprocJob(...of)) },
  operator: { manager: "kubernetes", write: operatorYaml },
}
