"""Prints the API of the installed PySpark as JSON.

Facts only: names, parameters, types, versions. scripts/generate.ts runs it in one environment per version and merges
the answers.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import sys
import warnings

import pyspark

# The modules that a job imports from, with everything below those that end in `.*`.
PUBLIC = """
pyspark pyspark.accumulators pyspark.broadcast pyspark.conf pyspark.context pyspark.files pyspark.rdd
pyspark.resultiterable pyspark.statcounter pyspark.status pyspark.storagelevel pyspark.taskcontext pyspark.util
pyspark.core pyspark.core.broadcast pyspark.core.context pyspark.core.files pyspark.core.rdd pyspark.core.status
pyspark.resource pyspark.resource.*
pyspark.sql pyspark.sql.catalog pyspark.sql.column pyspark.sql.conf pyspark.sql.context pyspark.sql.dataframe
pyspark.sql.datasource pyspark.sql.functions pyspark.sql.functions.builtin pyspark.sql.functions.partitioning
pyspark.sql.group pyspark.sql.merge pyspark.sql.observation pyspark.sql.readwriter pyspark.sql.session
pyspark.sql.table_arg pyspark.sql.tvf pyspark.sql.types pyspark.sql.udf pyspark.sql.udtf pyspark.sql.utils
pyspark.sql.window pyspark.sql.avro pyspark.sql.avro.functions pyspark.sql.protobuf pyspark.sql.protobuf.functions
pyspark.sql.pandas pyspark.sql.pandas.functions pyspark.sql.pandas.group_ops
pyspark.sql.streaming pyspark.sql.streaming.listener pyspark.sql.streaming.query pyspark.sql.streaming.readwriter
pyspark.sql.streaming.state pyspark.sql.streaming.stateful_processor
pyspark.errors pyspark.errors.exceptions pyspark.errors.exceptions.base pyspark.errors.exceptions.captured
pyspark.streaming pyspark.streaming.context pyspark.streaming.dstream pyspark.streaming.listener
pyspark.ml pyspark.ml.* pyspark.mllib pyspark.mllib.*
pyspark.pandas pyspark.pandas.*
""".split()
BELOW = tuple(name[:-1] for name in PUBLIC if name.endswith(".*"))
# Parts of those packages that are their own affair.
PRIVATE = re.compile(
    r"\.(tests?|testing|_\w+|connect|missing|data_type_ops|typedef|torch|deepspeed|dl_util|internal|spark|plot|usage_logging)"
    r"(\.|$)"
)
PRIVATE_CLASSES = re.compile(
    r"(Mixin|^(ml|mllib)\.(Has|Java|Py)[A-Z]\w*|\b_\w*|Params|Like|Profiler\w*|Sync|Serializer|Converter|Type?Singleton|"
    r"GroupByKey|CallSite|MemUsageParam|PStatsParam|LooseVersion|CaptureException|BoundedFloat|Registry|Client|Utils)$"
)

# The first part of a class's short name, by its module.
PREFIXES = [
    ("pyspark.pandas", "ps."),
    ("pyspark.ml", "ml."),
    ("pyspark.mllib", "mllib."),
]
FUNCTION_GROUPS = [
    ("pyspark.sql.functions", "functions."),
    ("pyspark.sql.pandas.functions", "functions."),
    ("pyspark.sql.avro.functions", "avro.functions."),
    ("pyspark.sql.protobuf.functions", "protobuf.functions."),
    ("pyspark.ml.functions", "ml.functions."),
    ("pyspark.pandas", "ps."),
]
ML_MEMBERS = {
    "fit", "fitMultiple", "transform", "evaluate", "isLargerBetter", "load", "read", "save", "write", "copy",
    "setStages", "getStages", "stages", "summary", "hasSummary", "bestModel", "avgMetrics", "subModels",
    "predict", "predictRaw", "predictProbability", "addGrid", "baseOn", "build", "numFeatures", "numClasses",
    "featureImportances", "coefficients", "intercept", "clusterCenters", "recommendForAllUsers",
    "recommendForAllItems", "recommendForUserSubset", "recommendForItemSubset", "userFactors", "itemFactors",
    "itemsets", "freqItemsets", "associationRules", "approxNearestNeighbors", "approxSimilarityJoin",
    "describeTopics", "logLikelihood", "logPerplexity", "topicsMatrix", "vocabSize", "toLocal", "vocabulary",
    "labels", "labelsArray", "findFrequentSequentialPatterns", "assignClusters", "getVectors", "findSynonyms",
    "test", "corr", "metrics", "overwrite", "session", "option", "trees", "treeWeights", "toDebugString",
    "toArray", "dot", "numActives", "values", "indices", "dense", "sparse", "norm", "squared_distance",
}  # fmt: skip
# pandas-on-Spark: DataFrame and Series are used by their results only.
LEAN = re.compile(r"^ps\.")

FOREIGN = {
    "PandasDataFrameLike": "pandas.DataFrame",
    "PandasSeriesLike": "pandas.Series",
    "pd.DataFrame": "pandas.DataFrame",
    "pd.Series": "pandas.Series",
    "pandas.DataFrame": "pandas.DataFrame",
    "pandas.Series": "pandas.Series",
    "np.ndarray": "numpy.ndarray",
    "numpy.ndarray": "numpy.ndarray",
    "ndarray": "numpy.ndarray",
    "pa.Table": "pyarrow.Table",
    "pyarrow.Table": "pyarrow.Table",
}
SCALARS = {"str", "int", "float", "bool", "bytes", "None", "complex"}
SEQUENCES = {"List": "list", "list": "list", "Tuple": "tuple", "tuple": "tuple", "Set": "set", "set": "set",
             "Sequence": "list", "Iterable": "iterator", "Iterator": "iterator", "Generator": "iterator",
             "ResultIterable": "iterator"}  # fmt: skip
NICKNAMES = {
    "UserDefinedFunctionLike": "UserDefinedFunction",
    "ParentDataFrame": "DataFrame",
    "DataFrameLike": "ps.DataFrame",
    "SeriesLike": "ps.Series",
    "PandasOnSparkDataFrame": "ps.DataFrame",
    "PandasOnSparkGroupBy": "ps.DataFrameGroupBy",
}


def modules():
    """The public modules of this version."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [info.name for info in pkgutil.walk_packages(pyspark.__path__, "pyspark.", onerror=lambda _: None)]
        for name in ["pyspark", *names]:
            if PRIVATE.search(name) or not (name in PUBLIC or name.startswith(BELOW)):
                continue
            try:
                found[name] = importlib.import_module(name)
            except ImportError as error:  # a companion that is not installed
                print(f"not importable: {name}: {error}", file=sys.stderr)
    return found


def short_name(cls, public):
    """The class's name in the table, or None for one that no public module defines."""
    module = cls.__module__
    if module not in public or cls.__qualname__.startswith("_") or "<locals>" in cls.__qualname__:
        return None
    if module.startswith("pyspark.sql.catalog") and cls.__name__ != "Catalog":
        return "catalog." + cls.__qualname__
    for start, prefix in PREFIXES:
        if module == start or module.startswith(start + "."):
            return prefix + cls.__qualname__
    return cls.__qualname__


def function_name(function):
    """The function's name in the table, or None where its module is not one whose functions matter."""
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__name__", "_")
    if name.startswith("_"):
        return None
    for start, prefix in FUNCTION_GROUPS:
        if module == start or module.startswith(start + "."):
            return prefix + name
    return None


class Types:
    """Turns annotations into the table's short type texts."""

    def __init__(self, names):
        self.names = names  # short names of all classes

    def of(self, annotation, owner):
        if annotation is inspect.Signature.empty:
            return "?"
        text = annotation if isinstance(annotation, str) else self.text(annotation)
        return self.parse(text, owner)

    def text(self, annotation):
        if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
            return annotation.__module__ + "." + annotation.__qualname__
        return re.sub(r"ForwardRef\('([^']+)'\)", r"\1", str(annotation)).replace("typing.", "")

    def parse(self, text, owner):
        try:
            return self.node(ast.parse(text.strip(), mode="eval").body, owner)
        except SyntaxError:
            return "?"

    def node(self, node, owner):
        if isinstance(node, ast.Constant):
            if node.value is None:
                return "None"
            return self.parse(node.value, owner) if isinstance(node.value, str) else "?"
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.name(ast.unparse(node), owner)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.union([self.node(node.left, owner), self.node(node.right, owner)])
        if isinstance(node, ast.Subscript):
            outer = ast.unparse(node.value).split(".")[-1]
            inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if outer in ("Union", "Optional"):
                return self.union([self.node(each, owner) for each in inner])
            if outer in ("Dict", "dict", "Mapping"):
                return f"dict[{self.node(inner[-1], owner)}]"
            if outer in SEQUENCES:
                kinds = {self.node(each, owner) for each in inner[: 1 if outer == "Generator" else None]} - {"?..."}
                return f"{SEQUENCES[outer]}[{kinds.pop() if len(kinds) == 1 else '?'}]"
            return self.node(node.value, owner)
        return "?..." if isinstance(node, ast.Constant) and node.value is ... else "?"

    def union(self, kinds):
        """One kind, None aside; else not known."""
        kinds = {kind for kind in kinds if kind != "None"}
        return kinds.pop() if len(kinds) == 1 else "?" if kinds else "None"

    def name(self, text, owner):
        last = text.split(".")[-1]
        if text in FOREIGN or last in FOREIGN:
            return "!" + FOREIGN.get(text, FOREIGN.get(last, ""))
        last = NICKNAMES.get(last, last)
        if last in SCALARS or text == "builtins." + last:
            return last if last in SCALARS else SEQUENCES[last] + "[?]" if last in SEQUENCES else "?"
        if last in SEQUENCES:
            return SEQUENCES[last] + "[?]"
        if last in ("Dict", "dict"):
            return "dict[?]"
        if last == "Self":
            return "self"
        if last == "Builder" and owner.endswith("Builder"):
            return "self"
        if last == "Column" and owner.startswith("functions"):
            return "Column"
        # The same name in the owner's own family comes first: ps.DataFrame before DataFrame.
        prefix = owner.split(".")[0] + "."
        if not text.startswith("pyspark.sql.") and prefix + last in self.names:
            return prefix + last
        if text.startswith("pyspark.pandas.") and "ps." + last in self.names:
            return "ps." + last
        if last in self.names:
            return last
        for other in ("ml.", "ps.", "mllib."):
            if other + last in self.names and last not in ("T", "K", "V", "U", "S"):
                return other + last
        return "?"


def parameters(signature, skip_first):
    """`name`, `name=` with a default, `*args`, `**kwargs`; a bare `*` before keyword-only ones."""
    out = []
    star = False
    for index, parameter in enumerate(signature.parameters.values()):
        if index == 0 and skip_first:
            continue
        name = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            star = True
            out.append("*" + name)
        elif parameter.kind is parameter.VAR_KEYWORD:
            out.append("**" + name)
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not star:
                star = True
                out.append("*")
            out.append(name + ("" if parameter.default is parameter.empty else "="))
    return out


def version_of(doc, directive):
    found = re.search(r"\.\. " + directive + r"::\s*(\d+\.\d+(?:\.\d+)?)", doc or "")
    return re.sub(r"^(\d+\.\d+)\.0$", r"\1", found.group(1)) if found else None


def deprecation_of(function, doc):
    """The version that deprecated it, by its documentation or by the warning it gives."""
    stated = version_of(doc, "deprecated")
    if stated:
        return stated
    try:
        body = inspect.getsource(function)
    except (OSError, TypeError):
        return None
    warned = re.search(r"Deprecated in (\d+\.\d+)[\w., ]*\buse\b", body) if "FutureWarning" in body else None
    return warned.group(1) if warned else None


def facts_of(value, kind, owner, types):
    """`params`, `returns`, `since`, `deprecated` of one member or function."""
    target = value
    if kind == "property":
        target = getattr(value, "fget", None) or getattr(value, "func", None)
    elif kind in ("class", "static"):
        target = value.__func__
    facts = {"kind": kind}
    doc = inspect.getdoc(target) if target is not None else None
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):
        signature = None
    if signature is not None:
        if kind != "property":
            facts["params"] = parameters(signature, kind in ("method", "class"))
        facts["returns"] = types.of(signature.return_annotation, owner)
    else:
        facts["returns"] = "?"
    facts["since"] = version_of(doc, "versionadded")
    facts["deprecated"] = deprecation_of(target, doc)
    return facts


def kind_of(value):
    if isinstance(value, staticmethod):
        return "static"
    if isinstance(value, classmethod):
        return "class"
    if isinstance(value, property) or hasattr(value, "fget"):
        return "property"
    if type(value).__name__ in ("cached_property", "classproperty"):
        return "property"
    if inspect.isfunction(value):
        return "method"
    return None


def public_bases(cls, classes):
    """The nearest ancestors that the table lists, through those that it does not."""
    out = []
    for base in cls.__bases__:
        if base in classes:
            out.append(classes[base])
        elif base.__module__.startswith("pyspark"):
            out.extend(name for name in public_bases(base, classes) if name not in out)
    return out


def members_of(cls, name, classes, types):
    """The members that the class itself, or a base that is not listed, defines."""
    listed = [base for base in cls.__mro__[1:] if base in classes]
    out = {}
    for base in reversed([base for base in cls.__mro__ if base.__module__.startswith("pyspark")]):
        if base is not cls and (base in listed or any(issubclass(other, base) for other in listed)):
            continue
        for member, value in vars(base).items():
            if member.startswith("_"):
                continue
            if name.startswith(("ml.", "mllib.")) and member not in ML_MEMBERS:
                continue
            kind = kind_of(value)
            if inspect.isclass(value):
                continue
            if kind is None:
                # Constants such as StorageLevel.MEMORY_ONLY and Window.currentRow.
                of = types.of(type(value), name) if not callable(value) else "?"
                if of != "?" and not name.startswith(("ml.", "ps.")):
                    out[member] = {"kind": "attribute", "returns": of, "since": None, "deprecated": None}
                continue
            facts = facts_of(value, kind, name, types)
            if LEAN.match(name):
                facts.pop("params", None)
            out[member] = facts
    return out


def has_members(cls, short):
    """Exceptions and the RDD-based machine learning are known by name only."""
    return not issubclass(cls, BaseException) and not short.startswith("mllib.")


def api():
    public = modules()
    classes = {}
    functions = {}
    exports = {}
    for module_name, module in public.items():
        names = {}
        for name, value in vars(module).items():
            if name.startswith("_"):
                continue
            if inspect.isclass(value):
                short = short_name(value, public)
                if short and not PRIVATE_CLASSES.search(short):
                    classes[value] = short
                    names[name] = short
            elif inspect.isfunction(value):
                short = function_name(value)
                if short:
                    # An alias has its own name here, and its target's name inside.
                    short = short[: -len(value.__name__)] + name
                    functions.setdefault(short, value)
                    names[name] = short
        exports[module_name] = names
    for cls in list(classes):
        for name, value in vars(cls).items():
            if inspect.isclass(value) and not name.startswith("_") and short_name(value, public):
                classes[value] = short_name(value, public)
    types = Types(set(classes.values()))
    # An implementation may share its public class's name: the public one has the shorter module path.
    chosen = {}
    for cls, short in classes.items():
        other = chosen.get(short)
        if other is None or len(cls.__module__) < len(other.__module__):
            chosen[short] = cls
    classes = {cls: short for short, cls in chosen.items()}
    return {
        "spark": pyspark.__version__,
        "classes": {
            short: {
                "bases": public_bases(cls, classes),
                "since": version_of(inspect.getdoc(cls), "versionadded"),
                "deprecated": version_of(inspect.getdoc(cls), "deprecated"),
                "params": constructor(cls, short),
                "members": members_of(cls, short, classes, types) if has_members(cls, short) else {},
            }
            for short, cls in chosen.items()
        },
        "functions": {short: facts_of(function, "function", short, types) for short, function in functions.items()},
        "modules": exports,
    }


def constructor(cls, short):
    if short.startswith(("ml.", "mllib.", "ps.")):
        return None
    try:
        return parameters(inspect.signature(cls), False)
    except (TypeError, ValueError):
        return None


if __name__ == "__main__":
    json.dump(api(), sys.stdout, sort_keys=True)
