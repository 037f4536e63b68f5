/** Clusters and machines to begin with, for those who don't have one at hand. */
import type { Instance } from "./instances.ts"
import { memory as memoryText } from "./outputs.ts"
import type { StartingState } from "./state.ts"

export interface Preset {
  readonly title: string
  readonly state: StartingState
}

/** By name: `--preset ten`, and the list of the calculator. What a preset doesn't say is as by default. */
export const presets: Readonly<Record<string, Preset>> = {
  laptop: {
    title: "a laptop: one JVM",
    state: {
      manager: "local",
      nodes: "1",
      cores: "8",
      memory: "16g",
      data: [{ name: "input", size: "5GB", cached: false }],
    },
  },
  three: {
    title: "3 nodes: a team's first cluster",
    state: { nodes: "3", cores: "8", memory: "32g", data: [{ name: "input", size: "20GB", cached: false }] },
  },
  ten: {
    title: "10 nodes: daily jobs",
    state: { nodes: "10", cores: "16", memory: "64g", data: [{ name: "input", size: "200GB", cached: false }] },
  },
  hundred: {
    title: "100 nodes: a platform",
    state: {
      nodes: "100",
      cores: "32",
      memory: "128g",
      workload: "joins",
      data: [{ name: "input", size: "10TB", cached: false }],
    },
  },
  gpu: {
    title: "4 nodes with 4 GPUs each: inference",
    state: {
      nodes: "4",
      instance: "g5.12xlarge",
      cores: "48",
      memory: "192g",
      gpus: "4",
      gpuMemory: "24g",
      gpuMemoryPerTask: "6g",
      workload: "inference",
      data: [{ name: "images", size: "500GB", cached: false }],
    },
  },
}

/** The calculator's fields that a type fills. */
export function fieldsOfInstance({ name, cores, memory, gpus, gpuMemory: ofGpu }: Instance): StartingState {
  return {
    instance: name,
    cores: String(cores),
    memory: memoryText(memory),
    gpus: String(gpus),
    gpuMemory: ofGpu === undefined ? "" : memoryText(ofGpu),
    ...(gpus === 0 ? { gpuMemoryPerTask: "" } : {}),
  }
}
