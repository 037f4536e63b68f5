import type { Rows } from "./row.ts"

/**
 * Azure's types as NVIDIA's catalog has them (spark-rapids-tools,
 * user_tools/src/spark_rapids_pytools/resources/databricks_azure-instance-catalog.json, as of 16 June 2026); which GPU
 * the NCas_T4_v3 have is from its Platform.scala. Types whose GPU it doesn't name are left out.
 */
export const azure: Rows = {
  general: [
    ["Standard_DS3_v2", 4, 14_336],
    ["Standard_DS4_v2", 8, 28_672],
    ["Standard_DS5_v2", 16, 57_344],
    ["Standard_D4s_v5", 4, 16_384],
    ["Standard_D8s_v5", 8, 32_768],
    ["Standard_D16s_v5", 16, 65_536],
    ["Standard_D32s_v5", 32, 131_072],
    ["Standard_D48s_v5", 48, 196_608],
    ["Standard_D64s_v5", 64, 262_144],
    ["Standard_D96s_v5", 96, 393_216],
    ["Standard_D4ds_v5", 4, 16_384],
    ["Standard_D8ds_v5", 8, 32_768],
    ["Standard_D16ds_v5", 16, 65_536],
    ["Standard_D32ds_v5", 32, 131_072],
    ["Standard_D48ds_v5", 48, 196_608],
    ["Standard_D64ds_v5", 64, 262_144],
    ["Standard_D96ds_v5", 96, 393_216],
  ],
  memory: [
    ["Standard_E4s_v5", 4, 32_768],
    ["Standard_E8s_v5", 8, 65_536],
    ["Standard_E16s_v5", 16, 131_072],
    ["Standard_E32s_v5", 32, 262_144],
    ["Standard_E48s_v5", 48, 393_216],
    ["Standard_E64s_v5", 64, 524_288],
    ["Standard_E96s_v5", 96, 688_128],
    ["Standard_E4ds_v5", 4, 32_768],
    ["Standard_E8ds_v5", 8, 65_536],
    ["Standard_E16ds_v5", 16, 131_072],
    ["Standard_E32ds_v5", 32, 262_144],
    ["Standard_E48ds_v5", 48, 393_216],
    ["Standard_E64ds_v5", 64, 524_288],
    ["Standard_E96ds_v5", 96, 688_128],
  ],
  compute: [
    ["Standard_F4s_v2", 4, 8_192],
    ["Standard_F8s_v2", 8, 16_384],
    ["Standard_F16s_v2", 16, 32_768],
    ["Standard_F32s_v2", 32, 65_536],
    ["Standard_F48s_v2", 48, 98_304],
    ["Standard_F64s_v2", 64, 131_072],
    ["Standard_F72s_v2", 72, 147_456],
  ],
  storage: [
    ["Standard_L8s_v3", 8, 65_536],
    ["Standard_L16s_v3", 16, 131_072],
    ["Standard_L32s_v3", 32, 262_144],
    ["Standard_L48s_v3", 48, 393_216],
    ["Standard_L64s_v3", 64, 524_288],
  ],
  gpu: [
    ["Standard_NC4as_T4_v3", 4, 28_672, { gpus: 1, gpu: "T4" }],
    ["Standard_NC8as_T4_v3", 8, 57_344, { gpus: 1, gpu: "T4" }],
    ["Standard_NC16as_T4_v3", 16, 112_640, { gpus: 1, gpu: "T4" }],
    ["Standard_NC64as_T4_v3", 64, 450_560, { gpus: 4, gpu: "T4" }],
  ],
}
