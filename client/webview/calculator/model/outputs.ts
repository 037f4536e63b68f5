/** The settings of a layout in the forms that they are used in. Pure. */
import {
  builderCode,
  databricksCluster,
  dataprocJob,
  defaultsFile,
  emrCluster,
  operatorYaml,
  settingsOf,
  submitLine,
} from "../../../../server/src/sizing/index.ts"
import type { Option, Solved } from "./answer.ts"

export interface Output {
  readonly id: string
  readonly title: string
  readonly text: string
  /** VS Code's name of its language, for a new file. */
  readonly language: string
}

/** What a managed platform is told instead of `spark-submit`. */
const PLATFORMS = {
  databricks: { title: "Databricks JSON", of: databricksCluster },
  emr: { title: "EMR JSON", of: emrCluster },
  dataproc: { title: "Dataproc JSON", of: dataprocJob },
} as const

/** All forms that fit the cluster. */
export function outputsOf({ driver, request }: Solved, { choice }: Option): readonly Output[] {
  const settings = settingsOf(choice, driver, request)
  const platform = PLATFORMS[request.platform as keyof typeof PLATFORMS]
  return [
    { id: "submit", title: "spark-submit", text: submitLine(settings, request), language: "shellscript" },
    { id: "conf", title: "spark-defaults.conf", text: defaultsFile(settings), language: "properties" },
    { id: "builder", title: "Python", text: builderCode(settings), language: "python" },
    ...(platform
      ? [
          {
            id: "platform",
            title: platform.title,
            text: `${JSON.stringify(platform.of(choice, driver, request), null, 2)}\n`,
            language: "json",
          },
        ]
      : []),
    ...(request.manager === "kubernetes"
      ? [
          {
            id: "operator",
            title: "Spark Operator",
            text: operatorYaml(choice, driver, request),
            language: "yaml",
          },
        ]
      : []),
  ]
}
