# Aliases for commands of the manual: docs/deployment.md.
COMPOSE = $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) --env-file .config

.PHONY: build test run exit

build:
	./mvnw -Dmaven.test.skip package

test:
	./mvnw verify

run:
	$(COMPOSE) up -d --build

exit:
	$(COMPOSE) down
