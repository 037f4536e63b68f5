import type { Rule } from "./api.ts"
import { aqeDisabled } from "./config/aqe-disabled.ts"
import { autoBroadcastDisabled } from "./config/auto-broadcast-disabled.ts"
import { deprecatedConf } from "./config/deprecated-conf.ts"
import { executorShape } from "./config/executor-shape.ts"
import { hardCodedMaster } from "./config/hard-coded-master.ts"
import { invalidConfValue } from "./config/invalid-conf-value.ts"
import { staticConfAtRuntime } from "./config/static-conf-at-runtime.ts"
import { unknownConf } from "./config/unknown-conf.ts"
import { actionInLoop } from "./driver/action-in-loop.ts"
import { builtinShadowed } from "./driver/builtin-shadowed.ts"
import { collectOnDriver } from "./driver/collect-on-driver.ts"
import { countAsEmptiness } from "./driver/count-as-emptiness.ts"
import { countPerCondition } from "./driver/count-per-condition.ts"
import { discardedAction } from "./driver/discarded-action.ts"
import { lenOfCollect } from "./driver/len-of-collect.ts"
import { pandasAfterCollect } from "./driver/pandas-after-collect.ts"
import { repeatedCount } from "./driver/repeated-count.ts"
import { repeatedEvaluation } from "./driver/repeated-evaluation.ts"
import { rowLoopOnDriver } from "./driver/row-loop-on-driver.ts"
import { sequentialTuning } from "./driver/sequential-tuning.ts"
import { toPandasOnDriver } from "./driver/to-pandas-on-driver.ts"
import { toPandasWithoutArrow } from "./driver/to-pandas-without-arrow.ts"
import { withColumnChain } from "./driver/with-column-chain.ts"
import { withColumnLoop } from "./driver/with-column-loop.ts"
import { zipOfCollects } from "./driver/zip-of-collects.ts"
import { broadcastTooLarge } from "./joins/broadcast-too-large.ts"
import { collectedIsin } from "./joins/collected-isin.ts"
import { crossJoin } from "./joins/cross-join.ts"
import { ineffectiveBroadcast } from "./joins/ineffective-broadcast.ts"
import { joinInLoop } from "./joins/join-in-loop.ts"
import { joinOnExpression } from "./joins/join-on-expression.ts"
import { largeClosure } from "./joins/large-closure.ts"
import { missingBroadcast } from "./joins/missing-broadcast.ts"
import { nonEquiJoin } from "./joins/non-equi-join.ts"
import { outerJoinAsAnti } from "./joins/outer-join-as-anti.ts"
import { selfJoinOfAggregate } from "./joins/self-join-of-aggregate.ts"
import { cacheAfterAction } from "./lineage/cache-after-action.ts"
import { cacheWithoutUnpersist } from "./lineage/cache-without-unpersist.ts"
import { checkpointWithoutDir } from "./lineage/checkpoint-without-dir.ts"
import { discardedResult } from "./lineage/discarded-result.ts"
import { longLineage } from "./lineage/long-lineage.ts"
import { missingCache } from "./lineage/missing-cache.ts"
import { persistIsNotCheckpoint } from "./lineage/persist-is-not-checkpoint.ts"
import { uncheckedLineage } from "./lineage/unchecked-lineage.ts"
import { unpersistTooEarly } from "./lineage/unpersist-too-early.ts"
import { unusedCache } from "./lineage/unused-cache.ts"
import { coalesceAfterShuffle } from "./partitions/coalesce-after-shuffle.ts"
import { fixedShufflePartitions } from "./partitions/fixed-shuffle-partitions.ts"
import { highCardinalityPartitionBy } from "./partitions/high-cardinality-partition-by.ts"
import { parallelismConfForFrames } from "./partitions/parallelism-conf-for-frames.ts"
import { partitionCount } from "./partitions/partition-count.ts"
import { singlePartition } from "./partitions/single-partition.ts"
import { smallFiles } from "./partitions/small-files.ts"
import { staticOverwrite } from "./partitions/static-overwrite.ts"
import { writeInLoop } from "./partitions/write-in-loop.ts"
import { jdbcFetchSize } from "./reads/jdbc-fetch-size.ts"
import { readInLoop } from "./reads/read-in-loop.ts"
import { schemaInference } from "./reads/schema-inference.ts"
import { unpartitionedJdbc } from "./reads/unpartitioned-jdbc.ts"
import { unsplittableInput } from "./reads/unsplittable-input.ts"
import { collectedAggregate } from "./shuffles/collected-aggregate.ts"
import { duplicateRead } from "./shuffles/duplicate-read.ts"
import { exactDistinctCount } from "./shuffles/exact-distinct-count.ts"
import { globalSort } from "./shuffles/global-sort.ts"
import { groupByKey } from "./shuffles/group-by-key.ts"
import { lateFilter } from "./shuffles/late-filter.ts"
import { multipleDistinctCounts } from "./shuffles/multiple-distinct-counts.ts"
import { pivotWithoutValues } from "./shuffles/pivot-without-values.ts"
import { rankToPickOne } from "./shuffles/rank-to-pick-one.ts"
import { rddRoundTrip } from "./shuffles/rdd-round-trip.ts"
import { redundantDistinct } from "./shuffles/redundant-distinct.ts"
import { redundantRepartition } from "./shuffles/redundant-repartition.ts"
import { redundantSort } from "./shuffles/redundant-sort.ts"
import { unionInLoop } from "./shuffles/union-in-loop.ts"
import { windowWithoutPartition } from "./shuffles/window-without-partition.ts"
import { clientPerRow } from "./udfs/client-per-row.ts"
import { gpuBatchSize } from "./udfs/gpu-batch-size.ts"
import { gpuCheckOnDriver } from "./udfs/gpu-check-on-driver.ts"
import { gpuWithoutResources } from "./udfs/gpu-without-resources.ts"
import { groupInMemory } from "./udfs/group-in-memory.ts"
import { inferenceWithGradients } from "./udfs/inference-with-gradients.ts"
import { modelLoadedPerBatch } from "./udfs/model-loaded-per-batch.ts"
import { nondeterministicUdf } from "./udfs/nondeterministic-udf.ts"
import { partitionInMemory } from "./udfs/partition-in-memory.ts"
import { rowAtATimeGpuUdf } from "./udfs/row-at-a-time-gpu-udf.ts"
import { rowAtATimeUdf } from "./udfs/row-at-a-time-udf.ts"
import { rowLoopInPandasUdf } from "./udfs/row-loop-in-pandas-udf.ts"
import { sharedGpuDevice } from "./udfs/shared-gpu-device.ts"
import { sparkInsideUdf } from "./udfs/spark-inside-udf.ts"
import { udfInFilter } from "./udfs/udf-in-filter.ts"
import { udfReimplementsBuiltin } from "./udfs/udf-reimplements-builtin.ts"
import { unbatchedInference } from "./udfs/unbatched-inference.ts"

/** Every rule, sorted by name. */
export const rules: readonly Rule[] = [
  actionInLoop,
  aqeDisabled,
  autoBroadcastDisabled,
  broadcastTooLarge,
  builtinShadowed,
  cacheAfterAction,
  cacheWithoutUnpersist,
  checkpointWithoutDir,
  clientPerRow,
  coalesceAfterShuffle,
  collectOnDriver,
  collectedAggregate,
  collectedIsin,
  countAsEmptiness,
  countPerCondition,
  crossJoin,
  deprecatedConf,
  discardedAction,
  discardedResult,
  duplicateRead,
  exactDistinctCount,
  executorShape,
  fixedShufflePartitions,
  globalSort,
  gpuBatchSize,
  gpuCheckOnDriver,
  gpuWithoutResources,
  groupByKey,
  groupInMemory,
  hardCodedMaster,
  highCardinalityPartitionBy,
  ineffectiveBroadcast,
  inferenceWithGradients,
  invalidConfValue,
  jdbcFetchSize,
  joinInLoop,
  joinOnExpression,
  largeClosure,
  lateFilter,
  lenOfCollect,
  longLineage,
  missingBroadcast,
  missingCache,
  modelLoadedPerBatch,
  multipleDistinctCounts,
  nonEquiJoin,
  nondeterministicUdf,
  outerJoinAsAnti,
  pandasAfterCollect,
  parallelismConfForFrames,
  partitionCount,
  partitionInMemory,
  persistIsNotCheckpoint,
  pivotWithoutValues,
  rankToPickOne,
  rddRoundTrip,
  readInLoop,
  redundantDistinct,
  redundantRepartition,
  redundantSort,
  repeatedCount,
  repeatedEvaluation,
  rowAtATimeGpuUdf,
  rowAtATimeUdf,
  rowLoopInPandasUdf,
  rowLoopOnDriver,
  schemaInference,
  selfJoinOfAggregate,
  sequentialTuning,
  sharedGpuDevice,
  singlePartition,
  smallFiles,
  sparkInsideUdf,
  staticConfAtRuntime,
  staticOverwrite,
  toPandasOnDriver,
  toPandasWithoutArrow,
  udfInFilter,
  udfReimplementsBuiltin,
  unbatchedInference,
  uncheckedLineage,
  unionInLoop,
  unknownConf,
  unpartitionedJdbc,
  unpersistTooEarly,
  unsplittableInput,
  unusedCache,
  windowWithoutPartition,
  withColumnChain,
  withColumnLoop,
  writeInLoop,
  zipOfCollects,
]
