# The proxy:  docker build -t redis-proxy .  &&  docker run -p 5000:5000 -p 5010:5010 redis-proxy --redis-host ... --ttl 5
# The stage "tests" runs the features against running containers; see docker-compose.yml.

# --- The build's downloads: a layer of its own, which changes only with the pom
FROM maven:3.9-eclipse-temurin-25 AS dependencies
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml .
# "lint=false" leaves out the gates, which "mvnw verify" runs.
RUN mvn -B -q -Dlint=false dependency:go-offline

# --- The WAR
FROM dependencies AS build
COPY LICENSE NOTICE ./
COPY src/main src/main
RUN mvn -B -q -Dlint=false -Dmaven.test.skip package

# --- The features, for a proxy and a Redis in other containers: PROXY_HTTP, PROXY_RESP and PROXY_REDIS hold host:port
FROM dependencies AS tests
RUN mvn -B -q -Dlint=false dependency:copy-dependencies -DincludeScope=test -DoutputDirectory=lib
COPY src src
RUN mvn -B -q -Dlint=false test-compile
COPY features features
USER 10001:10001
ENTRYPOINT ["sh", "-c", "exec java -cp 'target/quick/test-classes:target/quick/classes:lib/*' \
 -Dproxy.http=${PROXY_HTTP:-proxy:5000} -Dproxy.resp=${PROXY_RESP:-proxy:5010} -Dproxy.redis=${PROXY_REDIS:-redis:6379} \
 -Dproxy.cache-size=${CACHE_SIZE:-100000} -Dproxy.ttl=${TTL:-60} -Dproxy.max-conn=${MAX_CONN:-1000} \
 io.cucumber.core.cli.Main --glue redisproxy.features --plugin summary --monochrome \"${@:-features}\"", "features"]

# --- The proxy
FROM eclipse-temurin:25-jre
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /opt/redis-proxy
COPY src/main/docker/healthcheck .
COPY --from=build /build/target/quick/redis-proxy.war .
# A training run for the ahead-of-time cache: later runs start with its classes loaded and linked. It uses each port once.
RUN java -Xlog:all=error -XX:AOTCacheOutput=redis-proxy.aot -jar redis-proxy.war --redis-port 1 --redis-timeout 1 & \
    until ./healthcheck 2> /dev/null; do kill -0 $!; sleep 0.1; done; \
    exec 3<> /dev/tcp/127.0.0.1/5000; printf 'GET /key HTTP/1.0\r\n\r\n' >&3; timeout 10 cat <&3; \
    exec 3<> /dev/tcp/127.0.0.1/5010; printf 'HELLO 3\r\nGET key\r\nQUIT\r\n' >&3; timeout 10 cat <&3; \
    exec 3<> /dev/tcp/127.0.0.1/5020; printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3; timeout 10 cat <&3 > /dev/null; \
    kill $!; wait $!
USER 10001:10001
# The admin port on all addresses: who reaches it is up to what publishes the container's ports.
ENV ADMIN_HOST=0.0.0.0
EXPOSE 5000 5010 5020
# Few arenas of malloc: in 256 MB, memory that one of many keeps for itself is missed.
ENV MALLOC_ARENA_MAX=2
# Ends by SIGTERM: Java is the container's first process, and drains.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/opt/redis-proxy/healthcheck"]
# Java needs 80 to 100 MB beside its heap, which 60 % leaves in a container of 256 MB. What malloc has free goes back every 5 s.
# If the ahead-of-time cache does not fit the JVM's options (for example, a heap too large for compressed pointers), the JVM
# starts without it. Logging about that is off.
ENTRYPOINT ["java", "-XX:AOTCache=/opt/redis-proxy/redis-proxy.aot", "-Xlog:aot*=off,cds*=off", \
    "-XX:MaxRAMPercentage=60", "-XX:TrimNativeHeapInterval=5000", "-jar", "/opt/redis-proxy/redis-proxy.war"]
