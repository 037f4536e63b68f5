"""Call sites for Spark Connect, where stages are named by the server: each operation carries its line as a tag."""
import sys

from .stack import call_site

PREFIX = "shufflewise:"


def install(core):
    """Tags every operation from now on. Takes the module pyspark.sql.connect.client.core."""
    client = core.SparkConnectClient
    make_request = client._execute_plan_request_with_metadata

    def request_with_tag(self, *args, **kwargs):
        request = make_request(self, *args, **kwargs)
        try:
            site = call_site("execute", sys._getframe(1))
            if site is not None:
                # A comma would be taken for the end of the tag.
                request.tags.append(PREFIX + site.short.replace(",", "%2C"))
        except Exception:
            pass  # an operation without a tag is better than none
        return request

    client._execute_plan_request_with_metadata = request_with_tag
