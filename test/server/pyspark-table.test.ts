import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { confFacts, confKeys, releases as confReleases, goneConf } from "../../server/src/analysis/pyspark/confs.ts"
import { decodeLine, decodeParams } from "../../server/src/analysis/pyspark/decode.ts"
import { functionAliases, knownApis, memberAliases, unstable } from "../../server/src/analysis/pyspark/knowledge.ts"
import {
  functionFacts,
  member,
  onlySparkFrame,
  pysparkClass,
  pysparkQualified,
  releases,
} from "../../server/src/analysis/pyspark/table.ts"

/** The facts of a member that must be there. */
function known(className: string, name: string) {
  const facts = member(className, name)
  assert.ok(facts, `${className}.${name} is not in the table`)
  return facts
}

describe("the PySpark table", () => {
  it("is made from the oldest and the newest supported release", () => {
    assert.deepEqual(
      releases.map((release) => release.split(".").slice(0, 2).join(".")),
      ["3.5", "4.3"],
    )
    assert.deepEqual(confReleases, releases)
  })

  it("is small enough to load with the server", () => {
    const file = new URL("../../server/src/analysis/pyspark/api.generated.json", import.meta.url)
    assert.ok(readFileSync(file).length < 250_000)
  })

  describe("classes", () => {
    it("knows a class by its short name, with its constructor and members", () => {
      const conf = pysparkClass("SparkConf")
      assert.equal(conf?.params?.[0]?.name, "loadDefaults")
      assert.ok(conf?.members.includes("setMaster"))
      assert.equal(pysparkClass("ml.Pipeline")?.name, "ml.Pipeline")
      assert.ok(pysparkClass("ps.DataFrame")?.members.includes("to_pandas"))
    })

    it("knows every class that the analysis names", () => {
      const names = [
        ..."SparkSession SparkSession.Builder SparkContext SparkConf SQLContext DataFrame Column Row GroupedData".split(
          " ",
        ),
        ..."DataFrameReader DataFrameWriter DataFrameWriterV2 DataFrameNaFunctions DataFrameStatFunctions".split(" "),
        ..."Window WindowSpec RDD Broadcast Accumulator StorageLevel StructType StructField Catalog".split(" "),
        ..."RuntimeConfig UDFRegistration UserDefinedFunction Observation StreamingContext DStream TaskContext".split(
          " ",
        ),
        ..."DataStreamReader DataStreamWriter StreamingQuery StreamingQueryManager PandasCogroupedOps".split(" "),
        ..."ps.DataFrame ps.Series ml.Pipeline ml.PipelineModel ml.CrossValidator ml.VectorAssembler".split(" "),
      ]
      assert.deepEqual(
        names.filter((name) => !pysparkClass(name)),
        [],
      )
    })

    it("does not take a name of Object.prototype for a class or a member", () => {
      assert.equal(pysparkClass("constructor"), undefined)
      assert.equal(member("constructor", "toString"), undefined)
      assert.equal(member("DataFrame", "constructor"), undefined)
      assert.equal(functionFacts("constructor"), undefined)
      assert.equal(functionFacts("hasOwnProperty"), undefined)
      assert.equal(pysparkQualified("pyspark.sql.constructor"), undefined)
      assert.equal(confFacts("constructor"), undefined)
    })

    it("says when a class came and went", () => {
      assert.equal(pysparkClass("DataFrameWriterV2")?.since, "3.1")
      assert.equal(pysparkClass("DataSource")?.since, "4.0")
    })
  })

  describe("members", () => {
    it("gives parameters with their kinds", () => {
      assert.deepEqual(known("DataFrame", "join").params, [
        { name: "other", kind: "positional", optional: false, added: false },
        { name: "on", kind: "positional", optional: true, added: false },
        { name: "how", kind: "positional", optional: true, added: false },
      ])
      assert.equal(known("DataFrame", "select").params?.[0]?.kind, "varargs")
    })

    it("marks a parameter that 3.5 lacks", () => {
      const level = known("DataFrame", "localCheckpoint").params?.find((param) => param.name === "storageLevel")
      assert.equal(level?.added, true)
    })

    it("gives what a call returns", () => {
      assert.deepEqual(known("DataFrame", "groupBy").returns, { kind: "class", name: "GroupedData" })
      assert.deepEqual(known("DataFrame", "count").returns, { kind: "scalar", name: "int" })
      assert.deepEqual(known("DataFrame", "collect").returns, {
        kind: "sequence",
        type: "list",
        of: { kind: "class", name: "Row" },
      })
      assert.deepEqual(known("DataFrame", "toPandas").returns, { kind: "foreign", path: "pandas.DataFrame" })
      assert.deepEqual(known("DataFrame", "rdd").returns, { kind: "class", name: "RDD" })
      assert.deepEqual(known("DataFrame", "pandas_api").returns, { kind: "class", name: "ps.DataFrame" })
      assert.deepEqual(known("SparkSession", "builder").returns, { kind: "class", name: "SparkSession.Builder" })
      assert.deepEqual(known("SparkSession.Builder", "config").returns, { kind: "self" })
      assert.deepEqual(known("SparkSession.Builder", "getOrCreate").returns, { kind: "class", name: "SparkSession" })
      assert.deepEqual(known("Window", "partitionBy").returns, { kind: "class", name: "WindowSpec" })
      assert.deepEqual(known("DataFrameReader", "parquet").returns, { kind: "class", name: "DataFrame" })
    })

    it("tells methods, properties, attributes, class and static methods apart", () => {
      assert.equal(known("DataFrame", "count").kind, "method")
      assert.equal(known("DataFrame", "write").kind, "property")
      assert.equal(known("StorageLevel", "MEMORY_ONLY").kind, "attribute")
      assert.equal(known("SparkContext", "getOrCreate").kind, "class method")
      assert.equal(known("Window", "orderBy").kind, "static method")
    })

    it("gives the canonical name of an alias, with the alias's own version", () => {
      const names = { where: "filter", groupby: "groupBy", drop_duplicates: "dropDuplicates", sort: "orderBy" }
      for (const [alias, canonical] of Object.entries({ ...names, unionAll: "union", melt: "unpivot" })) {
        const facts = known("DataFrame", alias)
        assert.equal(facts.name, canonical)
        assert.equal(facts.api, `DataFrame.${canonical}`)
        assert.deepEqual(facts.params, known("DataFrame", canonical).params)
      }
      assert.equal(known("DataFrame", "registerTempTable").deprecated, "2.0")
      assert.equal(known("GroupedData", "mean").api, "GroupedData.avg")
    })

    it("follows bases, and names the class that defines the member", () => {
      assert.equal(known("PipelinedRDD", "map").api, "RDD.map")
      assert.equal(known("ml.LogisticRegression", "fit").api, "ml.Estimator.fit")
      assert.equal(known("ml.PipelineModel", "transform").api, "ml.Transformer.transform")
    })

    it("knows that a class reads and copies its own kind", () => {
      for (const name of ["ml.PipelineModel", "ml.Word2VecModel", "ml.LogisticRegressionModel"]) {
        assert.deepEqual(known(name, "load").returns, { kind: "class", name })
        assert.deepEqual(known(name, "copy").returns, { kind: "class", name })
      }
    })

    it("knows the model that an estimator's fit gives", () => {
      const models = {
        "ml.Pipeline": "ml.PipelineModel",
        "ml.CrossValidator": "ml.CrossValidatorModel",
        "ml.RandomForestClassifier": "ml.RandomForestClassificationModel",
        "ml.GBTRegressor": "ml.GBTRegressionModel",
      }
      for (const [estimator, model] of Object.entries(models)) {
        assert.deepEqual(known(estimator, "fit").returns, { kind: "class", name: model })
      }
    })

    it("knows the setters of machine learning by their form only", () => {
      assert.deepEqual(known("ml.LogisticRegression", "setMaxIter").returns, { kind: "self" })
      assert.equal(member("ml.LogisticRegression", "settle"), undefined)
      assert.equal(member("DataFrame", "setMaxIter"), undefined)
      assert.equal(member("ml.NoSuchClass", "setMaxIter"), undefined)
    })

    it("knows nothing of a column's name, nor of a class that is not there", () => {
      assert.equal(member("DataFrame", "customer_id"), undefined)
      assert.equal(member("NoSuchClass", "count"), undefined)
    })

    it("says when members came and went", () => {
      assert.equal(known("DataFrame", "isEmpty").since, "3.3")
      assert.equal(known("DataFrame", "withColumns").since, "3.3")
      assert.equal(known("DataFrame", "toArrow").since, "4.0")
      assert.equal(known("DataFrame", "to_koalas").until, "3.5")
      assert.equal(known("DataFrame", "count").until, undefined)
    })

    it("returns the same object for the same question", () => {
      assert.equal(member("DataFrame", "select"), member("DataFrame", "select"))
    })
  })

  describe("effects", () => {
    it("names only APIs that are there, by their canonical name", () => {
      const wrong = knownApis().filter((api) => {
        const dot = api.lastIndexOf(".")
        return member(api.slice(0, dot), api.slice(dot + 1))?.api !== api
      })
      assert.deepEqual(wrong, [])
    })

    it("covers every public method of DataFrame, GroupedData, RDD and the writers", () => {
      const apis = new Set(knownApis())
      const silent = ["DataFrame", "GroupedData", "RDD", "DataFrameWriter", "DataFrameWriterV2"].flatMap((name) =>
        (pysparkClass(name)?.members ?? [])
          .map((each) => known(name, each))
          .filter((facts) => facts.kind === "method" && !apis.has(facts.api))
          .map((facts) => facts.api),
      )
      const plain = [
        ..."DataFrame.asTable DataFrame.exists DataFrame.mergeInto DataFrame.metadataColumn DataFrame.scalar".split(
          " ",
        ),
        ..."DataFrame.zip DataFrame.zipWithIndex".split(" "),
        ..."DataFrameWriter.bucketBy DataFrameWriter.clusterBy DataFrameWriter.format DataFrameWriter.mode".split(" "),
        ..."DataFrameWriter.option DataFrameWriter.options DataFrameWriter.partitionBy DataFrameWriter.sortBy".split(
          " ",
        ),
        ..."DataFrameWriterV2.clusterBy DataFrameWriterV2.option DataFrameWriterV2.options".split(" "),
        ..."DataFrameWriterV2.partitionedBy DataFrameWriterV2.tableProperty DataFrameWriterV2.using".split(" "),
        ..."RDD.cleanShuffleDependencies RDD.getCheckpointFile RDD.getResourceProfile RDD.getStorageLevel".split(" "),
        "RDD.isLocallyCheckpointed",
      ]
      assert.deepEqual(
        [...new Set(silent)].filter((api) => !plain.includes(api)),
        [],
      )
    })

    it("never calls one thing lazy and an action", () => {
      const both = knownApis().filter((api) => {
        const dot = api.lastIndexOf(".")
        const facts = member(api.slice(0, dot), api.slice(dot + 1))
        return facts?.action && facts.lazy
      })
      assert.deepEqual(both, [])
    })

    it("knows machine learning's three verbs", () => {
      assert.equal(known("ml.KMeans", "fit").action, true)
      assert.equal(known("ml.KMeansModel", "transform").lazy, true)
      assert.equal(known("ml.RegressionEvaluator", "evaluate").action, true)
    })
  })

  describe("functions", () => {
    it("tells aggregates, window functions, generators and others apart", () => {
      const kinds = {
        sum: "aggregate",
        count_distinct: "aggregate",
        approx_count_distinct: "aggregate",
        row_number: "window",
        lag: "window",
        explode: "generator",
        upper: "scalar",
        col: "scalar",
        when: "scalar",
        broadcast: "other",
        udf: "other",
        "ps.concat": "other",
        "ml.functions.predict_batch_udf": "other",
        "ml.functions.vector_to_array": "scalar",
      }
      for (const [name, kind] of Object.entries(kinds)) assert.equal(functionFacts(name)?.kind, kind, name)
    })

    it("takes a name with and without its family, and gives the canonical one", () => {
      assert.equal(functionFacts("countDistinct")?.name, "functions.count_distinct")
      assert.equal(functionFacts("functions.countDistinct")?.name, "functions.count_distinct")
      assert.equal(functionFacts("column")?.name, "functions.col")
      assert.equal(functionFacts("no_such_function"), undefined)
    })

    it("says which values are not the same twice", () => {
      assert.equal(functionFacts("rand")?.unstable, "value")
      assert.equal(functionFacts("collect_list")?.unstable, "order")
      assert.equal(functionFacts("sum")?.unstable, undefined)
    })

    it("says when they came", () => {
      assert.equal(functionFacts("hll_sketch_agg")?.since, "3.5")
      assert.equal(functionFacts("arrow_udf")?.since, "4.1")
      assert.equal(functionFacts("ml.functions.predict_batch_udf")?.since, "3.4")
    })

    it("has only hand-written names that are there", () => {
      const names = [...Object.entries(functionAliases).flat(), ...Object.keys(unstable)]
      assert.deepEqual(
        names.filter((name) => !functionFacts(name)),
        [],
      )
      const aliases = Object.entries(memberAliases).map(([alias, canonical]) => {
        const [owner = "", name = ""] = alias.split(".")
        return [known(owner, name).name, canonical]
      })
      assert.deepEqual(
        aliases.filter(([found, wanted]) => found !== wanted),
        [],
      )
    })
  })

  describe("import paths", () => {
    const paths: Readonly<Record<string, string>> = {
      "pyspark.sql.DataFrame": "class DataFrame",
      "pyspark.sql.dataframe.DataFrame": "class DataFrame",
      "pyspark.sql.connect.dataframe.DataFrame": "class DataFrame",
      "pyspark.sql.classic.dataframe.DataFrame": "class DataFrame",
      "pyspark.pandas.DataFrame": "class ps.DataFrame",
      "pyspark.pandas.frame.DataFrame": "class ps.DataFrame",
      "pyspark.sql.column.Column": "class Column",
      "pyspark.sql.catalog.Column": "class catalog.Column",
      "pyspark.SparkContext": "class SparkContext",
      "pyspark.context.SparkContext": "class SparkContext",
      "pyspark.core.context.SparkContext": "class SparkContext",
      "pyspark.rdd.RDD": "class RDD",
      "pyspark.RDD": "class RDD",
      "pyspark.storagelevel.StorageLevel": "class StorageLevel",
      "pyspark.sql.types.StructType": "class StructType",
      "pyspark.sql.Row": "class Row",
      "pyspark.sql.functions.Column": "class Column",
      "pyspark.ml.feature.VectorAssembler": "class ml.VectorAssembler",
      "pyspark.ml.linalg.Vectors": "class ml.Vectors",
      "pyspark.mllib.linalg.Vectors": "class mllib.Vectors",
      "pyspark.sql.SparkSession.Builder": "class SparkSession.Builder",
      "pyspark.sql.functions.col": "function functions.col",
      "pyspark.sql.functions.builtin.col": "function functions.col",
      "pyspark.sql.functions.countDistinct": "function functions.count_distinct",
      "pyspark.sql.functions.pandas_udf": "function functions.pandas_udf",
      "pyspark.sql.avro.functions.from_avro": "function avro.functions.from_avro",
      "pyspark.ml.functions.predict_batch_udf": "function ml.functions.predict_batch_udf",
      "pyspark.pandas.read_csv": "function ps.read_csv",
      pyspark: "module pyspark",
      "pyspark.sql": "module pyspark.sql",
      "pyspark.sql.functions": "module pyspark.sql.functions",
      "pyspark.sql.connect.functions": "module pyspark.sql.functions",
      "pyspark.sql.types": "module pyspark.sql.types",
      "pyspark.pandas": "module pyspark.pandas",
      "pyspark.sql.SparkSession.builder": "object SparkSession.builder",
      "pyspark.StorageLevel.MEMORY_ONLY": "object StorageLevel.MEMORY_ONLY",
    }
    for (const [path, meaning] of Object.entries(paths)) {
      it(`${path}: ${meaning}`, () => {
        const found = pysparkQualified(path)
        assert.equal(found && `${found.kind} ${found.name}`, meaning)
      })
    }

    it("knows nothing of other libraries, nor of what PySpark has not", () => {
      const strangers =
        "pandas.DataFrame pysparkling.DataFrame pyspark.nope pyspark.sql.nope pyspark.sql.functions.nope"
      for (const path of strangers.split(" ")) assert.equal(pysparkQualified(path), undefined, path)
    })
  })

  describe("what only a Spark frame has", () => {
    it("is a method of DataFrame, and of no RDD, nor of a frame of pandas-on-Spark", () => {
      const names = pysparkClass("DataFrame")?.members.filter(onlySparkFrame) ?? []
      assert.ok(names.includes("withColumn") && names.includes("createOrReplaceTempView"))
      assert.deepEqual(
        names.filter((name) => member("RDD", name) || member("ps.DataFrame", name) || member("GroupedData", name)),
        [],
      )
    })

    it("is not what others have too", () => {
      const shared = "filter join select count repartition persist cache drop union distinct toPandas collect groupBy"
      for (const name of shared.split(" ")) assert.equal(onlySparkFrame(name), false, name)
    })
  })

  describe("configuration keys", () => {
    it("tells type, unit, scope, versions and defaults", () => {
      assert.deepEqual(confFacts("spark.executor.memory"), {
        key: "spark.executor.memory",
        type: "bytes",
        unit: "MiB",
        scope: "application",
        since: "0.7",
        internal: false,
        inOldest: true,
        inNewest: true,
        oldestDefault: "1g",
        newestDefault: "1g",
      })
      assert.equal(confFacts("spark.sql.autoBroadcastJoinThreshold")?.unit, "B")
      assert.equal(confFacts("spark.network.timeout")?.unit, "s")
      assert.equal(confFacts("spark.sql.shuffle.partitions")?.scope, "session")
      assert.equal(confFacts("spark.sql.warehouse.dir")?.scope, "static")
      assert.equal(confFacts("spark.executor.memoryOverhead")?.type, "bytes")
    })

    it("tells a default that has changed, and a key that has come", () => {
      const ansi = confFacts("spark.sql.ansi.enabled")
      assert.deepEqual([ansi?.oldestDefault, ansi?.newestDefault], ["false", "true"])
      const overhead = confFacts("spark.executor.minMemoryOverhead")
      assert.deepEqual([overhead?.inOldest, overhead?.inNewest, overhead?.since], [false, true, "4.0"])
    })

    it("knows all keys of Spark, and no other", () => {
      assert.ok(confKeys().length > 1_600)
      assert.equal(confFacts("spark.sql.shufle.partitions"), undefined)
    })

    it("tells nothing of the machine that it was made on", () => {
      const told = confKeys().flatMap((key) => [confFacts(key)?.oldestDefault, confFacts(key)?.newestDefault])
      assert.deepEqual(
        told.filter((value) => value && /\/(tmp|home|root|work|Users)\//.test(value)),
        [],
      )
    })

    it("tells what is gone", () => {
      assert.equal(goneConf("spark.blacklist.enabled")?.deprecated, "3.1")
      assert.equal(goneConf("spark.executor.memory"), undefined)
    })
  })

  describe("the generated lines", () => {
    it("are read in all their forms", () => {
      assert.deepEqual(decodeLine("!orderBy(*cols) WindowSpec >1.4"), {
        name: "orderBy",
        kind: "static method",
        params: [{ name: "cols", kind: "varargs", optional: true, added: false }],
        returns: { kind: "class", name: "WindowSpec" },
        since: "1.4",
        until: undefined,
        deprecated: undefined,
      })
      const old = decodeLine(".x dict[list[str]] >1.3.1 <3.5 ~3.2")
      assert.deepEqual([old.since, old.until, old.deprecated], ["1.3.1", "3.5", "3.2"])
      assert.deepEqual(old.returns, {
        kind: "dict",
        of: { kind: "sequence", type: "list", of: { kind: "scalar", name: "str" } },
      })
      assert.deepEqual(decodeLine("bare"), {
        name: "bare",
        kind: "method",
        params: undefined,
        returns: { kind: "unknown" },
        since: undefined,
        until: undefined,
        deprecated: undefined,
      })
    })

    it("give each parameter's kind", () => {
      assert.deepEqual(
        decodeParams("a,b=,*,c=,**rest").map((param) => `${param.name} ${param.kind} ${param.optional}`),
        ["a positional false", "b positional true", "c keyword-only true", "rest kwargs true"],
      )
      assert.deepEqual(decodeParams(""), [])
    })
  })
})
