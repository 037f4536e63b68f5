export type Family = "general" | "memory" | "compute" | "storage" | "gpu"

/** One type: its name, vCPUs, memory in MiB, and what it has besides. */
export type Row = readonly [
  name: string,
  cores: number,
  memory: number,
  more?: { readonly gpus?: number; readonly gpu?: Gpu; readonly emr?: number },
]

export type Rows = Readonly<Partial<Record<Family, readonly Row[]>>>

/** MiB of one GPU, as NVIDIA's own tuning computes with them (spark-rapids-tools, GpuDevice.scala, as of 16 June 2026). */
export const gpuMemory = { A100: 40_960, A10G: 24_576, L4: 24_576, T4: 15_109, V100: 16_384 } as const

export type Gpu = keyof typeof gpuMemory
