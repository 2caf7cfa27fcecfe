[description]
Jetty logs as the proxy does: through java.util.logging, in one format. The proxy's build puts the library into lib/logging.

[depends]
logging/slf4j

[provides]
logging

[lib]
lib/logging/slf4j-jdk14.jar

[xml]
etc/java-util-logging.xml
