# Containers. Included by the Makefile.

.PHONY: docker-image check-compose

docker-image: ## the image that docker-compose.yml runs, fyrtaarn:local
	@deploy/make-base-image.sh
	@docker build -f deploy/Dockerfile --build-arg VERSION='$(VERSION)' -t fyrtaarn:local .

check-compose: ## the suite in containers: isolation, a year of the house, a service killed and back
	@deploy/check-compose.sh
