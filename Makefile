# Thin aliases: what they stand for is in README.md.
COMPOSE = $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) --env-file .config

.PHONY: build test run exit

build:
	./mvnw -DskipTests package

test:
	./mvnw verify

run:
	$(COMPOSE) up -d --build

exit:
	$(COMPOSE) down
