/** Types of machines that clouds rent out, so that a person names one instead of typing cores and memory. */
import { aws } from "./instance-types/aws.ts"
import { azure } from "./instance-types/azure.ts"
import { gcp } from "./instance-types/gcp.ts"
import { type Family, type Gpu, gpuMemory, type Rows } from "./instance-types/row.ts"

export type Cloud = "aws" | "gcp" | "azure"

export interface Instance {
  readonly name: string
  readonly cloud: Cloud
  readonly family: Family
  /** vCPUs. */
  readonly cores: number
  /** MiB. */
  readonly memory: number
  readonly gpus: number
  readonly gpu?: Gpu
  /** MiB of one GPU. */
  readonly gpuMemory?: number
  /** `yarn.nodemanager.resource.memory-mb` that EMR sets on it, MiB, where that was published. */
  readonly emrMemory?: number
}

/** Common types, by name. Where their numbers are from is told in the files of `instance-types/`. */
export const instances: ReadonlyMap<string, Instance> = new Map(
  [...instancesOf("aws", aws), ...instancesOf("gcp", gcp), ...instancesOf("azure", azure)].map((each) => [
    each.name,
    each,
  ]),
)

function instancesOf(cloud: Cloud, rows: Rows): readonly Instance[] {
  return Object.entries(rows).flatMap(([family, types]) =>
    types.map(([name, cores, memory, more = {}]): Instance => {
      const { gpus = 0, gpu, emr } = more
      return {
        name,
        cloud,
        family: family as Family,
        cores,
        memory,
        gpus,
        ...(gpu === undefined ? {} : { gpu, gpuMemory: gpuMemory[gpu] }),
        ...(emr === undefined ? {} : { emrMemory: emr }),
      }
    }),
  )
}
